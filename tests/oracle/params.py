# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines for a module's parameters: right ones, and every way to be
wrong."""

NUMBERS = ['0', '1', '-1', '127', '128', '255', '256', '-128', '-129', '32767',
           '32768', '65535', '65536', '2147483647', '2147483648', '4294967295',
           '4294967296', '-2147483648', '-2147483649', '9223372036854775807',
           '9223372036854775808', '18446744073709551615',
           '18446744073709551616', '0x10', '0X1f', '010', '08', '+5', '++5',
           '- 5', '5 ', '5x', '', '0x', 'x', ' ', '1,2', '\n', '5\n', '5\n\n',
           '"5"', "'5'", '0b1', '1e3', '-0', '--5']
BOOLS = ['y', 'n', 'Y', 'N', 'yes', 'no', 't', 'f', 'true', 'false', '1', '0',
         'on', 'off', 'On', 'OFF', 'o', 'ox', '2', '', 'yy', '-1', 'x']
TEXTS = ['a', '', '"a b"', 'a"b', '"', '"a', 'x' * 16, 'x' * 31, 'x' * 32,
         'x' * 1023, 'x' * 1024, 'x' * 1025, 'x' * 4000, 'a=b', '=', 'a,b',
         '\t', '%s%n', '\x01', '\xe4']
ARRAYS = ['1', '1,2', '1,2,3', '1,2,3,4', '1,2,3,4,5', ',', '1,', ',1', '1,,2',
          'a,b', '1,x', '', '1, 2', '"1,2"', 'a,b,c,d,e,f,g,h,i']

# What oracle_params' init returns, and oracle_user's own parameter.
RETURNS = {-1: 'load.init', -2: 'load.init.enoent', -6: 'load.init.enxio',
           -16: 'load.init.ebusy', -17: 'load.init.eexist '
           'load.init.eexist.new', -19: 'load.init.enodev',
           -22: 'load.init.einval', -517: 'load.init.defer',
           -524: 'load.init.enotsupp', -110: 'load.init.etimedout',
           -4095: 'load.init', -600: 'load.init', -512: 'load.init',
           1: 'note.init.positive note.init.positive.new note.init.anyway',
           4096: 'note.init.positive note.init.positive.new'}

INVALID = 'load.param.invalid load.param.range load.param.large ' \
          'load.param.string load.param.copystring load.param.array.most ' \
          'load.param.array.least'

GENERAL = ['', ' ', '   ', '--', '-- x', 'a -- b', '--x', '-', 'nosuch',
           'nosuch=1', 'no.such=1', 'nosuch.x', '=', '=x', '=x=y', 'async_probe',
           'async_probe=1', 'dyndbg', 'dyndbg=+p', 'dyndbg="func x +p"',
           'dyndbg=junk', 'nosuch=' + 'x' * 2000, '"', '"nosuch=1 2"',
           '"nosuch"=1', 'nosuch="a b" other', '\n', '\t', 'a\nb', 'x' * 5000,
           'nosuch=%s%n', '\xff=\xfe', 'nosuch=1 ' * 50]


def known(e):
    """Parameters that .modinfo tells of, with their type."""
    ret = {}
    for t in e.modinfo():
        if t.startswith('parmtype='):
            name, _, kind = t[9:].partition(':')
            ret[name] = kind
    return ret


def values(kind):
    """What a parameter of a type is set to."""
    if kind.startswith('array of '):
        return ARRAYS
    if kind in ('bool', 'invbool', 'bint'):
        return BOOLS
    if kind in ('charp', 'string'):
        return TEXTS
    return NUMBERS


def lines(e):
    """(command line, rules) for a module."""
    for g in GENERAL:
        yield g, 'note.param.unknown note.param.dashes'
    if 'ret' in known(e):
        for v, aims in RETURNS.items():
            yield f'ret={v}', aims
    if 'own' in known(e) or e.module_name() == 'oracle_user':
        for v in ('a', 'b', 'b own=a', ''):
            yield f'own={v}', 'load.param.invalid'
        yield 'own', 'load.param.invalid'
    both = []
    for name, kind in known(e).items():
        yield name, INVALID
        yield f'{name} ', INVALID
        dashed = name.replace('_', '-')
        for v in values(kind):
            yield f'{name}={v}', INVALID + ' note.param.unsafe'
        yield f'{dashed}={values(kind)[0]}', ''
        yield f'"{name}={values(kind)[0]}"', ''
        yield f'x.{name}=1', 'note.param.unknown'
        both.append(f'{name}={values(kind)[1]}')
    if len(both) > 1:
        yield ' '.join(both), ''
        yield ' '.join(both) + f' {list(known(e))[0]}=junk nosuch', INVALID
        yield f'{list(known(e))[0]}=junk ' + ' '.join(both), INVALID
        yield f'{both[0]} -- {both[1]}', 'note.param.dashes'
