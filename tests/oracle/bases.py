# SPDX-License-Identifier: GPL-2.0-or-later
"""The modules that are broken, and what is known of the kernel around them."""
import glob
import gzip
import json
import lzma
import os
import shutil
import struct
import subprocess

import arm64
from elf import Elf, strip_signature

# Small ones whose init succeeds in a machine without devices, and that need
# no other. Those that a kernel does not have are left out.
STOCK = ['em_u32',          # code, data, init, exit, nothing else
         'libcrc32c',       # exports
         'crc-itu-t',       # exports, no init
         'nf_dup_netdev',   # GPL exports, data of each processor
         'pcbc',            # imports a namespace
         'tcp_bic',         # parameters of a few types
         'tcp_vegas',       # parameters and exports
         'dummy',           # a device, static calls
         'drop_monitor',    # ro_after_init, alternatives, processors
         'dns_resolver']    # keys, notes
OWN = ['oracle_base', 'oracle_params', 'oracle_shut']
NEEDY = 'oracle_user'
DEPS = ['oracle_base', 'oracle_shut']


def unpack(path):
    """A module's bytes, decompressed."""
    with open(path, 'rb') as f:
        data = f.read()
    if path.endswith('.xz'):
        return lzma.decompress(data)
    if path.endswith('.gz'):
        return gzip.decompress(data)
    if path.endswith('.zst'):
        return subprocess.run(['zstd', '-dcq', path], check=True,
                              stdout=subprocess.PIPE).stdout
    return data


class Kernel:
    """One kernel at hand, as `lkm kernel list` tells it."""

    def __init__(self, build, info):
        self.build = build
        self.info = info
        self.release = info['release']
        self.name = info.get('name', self.release)
        self.files = {}
        for p in glob.glob(info['modules'] + '/kernel/**/*.ko*',
                           recursive=True):
            name = os.path.basename(p).split('.ko')[0].replace('-', '_')
            self.files[name] = p

    def foreign(self):
        """Is it for arm64?"""
        some = next(iter(self.files.values()), None)
        return bool(some) and \
            Elf(unpack(some)).e('e_machine') == arm64.MACHINE

    def rig(self):
        """The rig's command for it."""
        if not hasattr(self, 'command'):
            here = self.build + '/tests/oracle/'
            self.command = [here + 'oracle-rig', '-k', self.name]
            if self.foreign():
                self.command += ['-g', here + 'guest-arm64']
        return self.command

    def module(self, name):
        """Bytes of one of the kernel's own modules, or None."""
        p = self.files.get(name.replace('-', '_'))
        return unpack(p) if p else None

    def built(self, what):
        """Where tests/oracle/WHAT is built for this kernel; None: nowhere."""
        out = os.path.join(self.build, 'oracle', what, self.release)
        src = os.path.join(os.path.dirname(os.path.abspath(__file__)), what)
        names = [os.path.basename(f)[:-2] for f in glob.glob(src + '/*.c')]
        if not all(os.path.exists(f'{out}/{n}.ko') for n in names):
            if not self.info.get('headers') or self.foreign():
                return None
            os.makedirs(out, exist_ok=True)
            r = subprocess.run([self.build + '/tools/lkm', 'build', '-q', '-k',
                                self.name, '-o', out, src], check=False)
            if r.returncode:
                return None
        return out

    def own(self):
        """{name: bytes} of tests/oracle/base, built for this kernel."""
        out = self.built('base')
        names = OWN + [NEEDY] if out else []
        ret = {}
        for n in names:
            subprocess.run(['strip', '-g', '-o', f'{out}/{n}.slim',
                            f'{out}/{n}.ko'], check=True)
            with open(f'{out}/{n}.slim', 'rb') as f:
                ret[n] = f.read()
        return ret

    def symvers(self):
        """{name: (crc, module, type, namespace)} of Module.symvers."""
        path = os.path.join(self.info.get('headers') or '', 'Module.symvers')
        ret = {}
        if os.path.exists(path):
            with open(path, encoding='ascii') as f:
                for line in f:
                    w = line.rstrip('\n').split('\t') + ['']
                    ret[w[1]] = (int(w[0], 16), w[2], w[3], w[4])
        return ret


def kernels(build):
    """All kernels that can be booted, newest first."""
    out = subprocess.run([build + '/tools/lkm', 'kernel', 'list', '--json'],
                         check=True, stdout=subprocess.PIPE).stdout
    return [Kernel(build, k) for k in json.loads(out)
            if k.get('image_readable') and k.get('modules')] + arm64s(build)


def arm64s(build):
    """Those for arm64 that "lkm kernel get --arch arm64" has fetched."""
    if not shutil.which('qemu-system-aarch64') or \
            not os.path.exists(build + '/tests/oracle/guest-arm64'):
        return []
    cache = os.environ.get('LKM_CACHE') or os.path.join(
        os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'),
        'lkm')
    return [kernel_in(build, root, os.path.basename(root))
            for root in sorted(glob.glob(cache + '/kernels-arm64/*'))]


def kernel_in(build, root, release):
    """One that lies in a folder, as the tests have it."""
    root = root.rstrip('/')
    modules = next((d for d in (f'{root}/lib/modules/{release}',
                                f'{root}/usr/lib/modules/{release}')
                    if os.path.isdir(d)), None)
    headers = f'{root}/usr/src/linux-headers-{release}'
    return Kernel(build, {'release': release, 'name': root or release,
                          'modules': modules or '', 'headers':
                          headers if os.path.isdir(headers) else None})


def exported(data):
    """{name: crc} of what a module exports."""
    e = Elf(data)
    ret = {}
    for i in range(1, e.n_syms):
        name = e.sym_name(i)
        if not name.startswith('__crc_'):
            continue
        sec, value = e.sym(i, 'st_shndx'), e.sym(i, 'st_value')
        if sec != 0xfff1:
            value, = struct.unpack_from('<I', e.data(sec), value)
        ret[name[6:]] = value
    return ret


def world(kernel, deps):
    """What a mutator may ask of the kernel."""
    sv = kernel.symvers()
    ret = {'exports': {n: (v[0], v[3]) for n, v in sv.items()}}
    core = {n: v for n, v in sv.items() if v[1] == 'vmlinux'}
    ret['plain'] = sorted(n for n, v in core.items()
                          if v[2] == 'EXPORT_SYMBOL' and not v[3])
    ret['gpl'] = sorted(n for n, v in core.items()
                        if v[2] == 'EXPORT_SYMBOL_GPL' and not v[3])
    ret['ns'] = sorted(n for n, v in core.items() if v[3])
    ret['modules'] = sorted(n for n, v in sv.items()
                            if v[1] != 'vmlinux' and not v[3])
    for kind, name in (('loaded', 'oracle_base'), ('shut', 'oracle_shut')):
        if name not in deps:
            continue
        own = exported(deps[name])
        ret[kind] = sorted(own)
        for n, crc in own.items():
            ret['exports'][n] = (crc, 'ORACLE' if n.endswith('_ns') else '')
    for kind in ('plain', 'gpl'):
        ret[kind + '+crc'] = ret[kind]
    return ret


class Group:
    """Bases that are broken in guests of one kind."""

    def __init__(self, kernel, names, data, deps):
        self.names = names
        self.data = {n: strip_signature(data[n]) for n in names}
        self.signed = {n: data[n][len(self.data[n]):] for n in names}
        self.deps = deps
        self.world = world(kernel, deps)


def groups(kernel):
    """Those that need nothing; and one that needs two others."""
    own = kernel.own()
    data = {n: kernel.module(n) for n in STOCK}
    data = {n: d for n, d in data.items()
            if d and not Elf(d).needed()} | own
    alone = [n for n in data if n != NEEDY]
    ret = [Group(kernel, alone, data, {})]
    if NEEDY in own:
        ret.append(Group(kernel, [NEEDY], data, {n: own[n] for n in DEPS}))
    return ret
