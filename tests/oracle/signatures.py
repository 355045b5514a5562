# SPDX-License-Identifier: GPL-2.0-or-later
"""Thousands of broken messages behind one signed module: what a kernel's own
parser of PKCS#7 says to them, and what the emulator does. Every second is not
the module's own, but one of those that pkcs7.py makes of it.

Where the message is broken is what matters, so the bytes of the signature's
value, most of it, are left alone.
"""
import json
import random
import subprocess
import tempfile

import compare
import pkcs7
import predict
from elf import MARKER, strip_signature
from mutate import trailer
from plan import POLICIES, record

BASE = 'em_u32'  # code, data, init, exit, nothing else; prints nothing
FILE = 0x100
# Tags and lengths that mean something there.
TELLING = [0x30, 0x31, 0xa0, 0xa1, 0xa2, 0xa3, 0x80, 0x81, 0x82, 0x83, 2, 3, 4,
           5, 6, 0, 1, 0x1f, 0x24, 0x3f, 0xff]


def value_at(message):
    """Where the value begins: the last string, up to the end."""
    for at in range(len(message) - 2, 0, -1):
        if message[at] != 4:
            continue
        n = message[at + 1]
        head = 2
        if n > 0x80:
            head += n - 0x80
            n = int.from_bytes(message[at + 2:at + head], 'big')
        if n > 32 and at + head + n == len(message):
            return at + head
    return len(message)


def broken(message, head, r):
    """A copy with one to three faults of one kind in its first bytes."""
    m, kind = bytearray(message), r.randrange(9)
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        i = r.randrange(min(head, len(m)))
        if kind in (0, 1):
            m[i] ^= 1 << r.randrange(8)
        elif kind == 2:
            m[i] = r.randrange(256)
        elif kind == 3 and len(m) > 1:
            del m[i]
        elif kind == 4:
            m.insert(i, r.choice(TELLING + [r.randrange(256)]))
        elif kind == 5:
            m[i] = r.choice(TELLING)
        elif kind == 6:
            m = m[:r.randrange(1, len(m) + 1)]
        elif kind == 7:
            j = r.randrange(i, len(m))
            m[i:j] = m[i:j] + m[i:j][:8]
        else:
            m[i] = (m[i] + r.choice([-1, 1])) & 255
    return bytes(m)


def batch(f, kernel, first, n):
    """n cases, a pure function of their numbers. False: nothing is signed."""
    data = kernel.module(BASE)
    body = strip_signature(data) if data else b''
    if not body or body == data:
        return False
    message = data[len(body):-len(MARKER) - 12]
    made = [pkcs7.made(message, k) for k in pkcs7.MADE]
    for i in range(first, first + n):
        whole = made[i // 2 % len(made)] if i % 2 else message
        m = broken(whole, value_at(whole), random.Random(f'signature {i}'))
        f.write(record(f'{BASE}|message|{i}', FILE, '',
                       body + m + trailer(len(m))))
    f.flush()
    return True


def cases(kernel, policy, first, n, append):
    """(answer, guess, classes) of each."""
    more, files, _ = POLICIES[policy]
    with tempfile.NamedTemporaryFile(prefix='lkm-oracle.') as f:
        if not batch(f, kernel, first, n):
            return
        cmd = [kernel.build + '/tests/oracle/oracle-rig', '-k', kernel.name,
               '-a', f'{append} {more}'.strip()]
        for x in files:
            cmd += ['-w', x]
        out = subprocess.run(cmd + [f.name], stdout=subprocess.PIPE,
                             check=True).stdout
        answers = [json.loads(x) for x in out.decode('ascii').splitlines()]
        guesses = predict.ask(kernel, policy, f.name,
                              compare.states(answers).encode())
    for a, p in zip(answers, guesses):
        yield a, p, compare.compare(a, p)
    for a in answers[len(guesses):]:
        yield a, {'verdict': 'crashed', 'errno': 0, 'log': []}, ['lkm crashed']
