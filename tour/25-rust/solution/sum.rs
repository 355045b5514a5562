// SPDX-License-Identifier: GPL-2.0-or-later
#![no_std]

#[no_mangle]
pub extern "C" fn rust_sum(n: u32) -> u32 {
    (1..=n).fold(0, |sum, i| sum.saturating_add(i.saturating_mul(i)))
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
