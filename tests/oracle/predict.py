# SPDX-License-Identifier: GPL-2.0-or-later
"""What the emulator says to the cases that a kernel has answered."""
import json
import os
import subprocess
import tempfile

import compare
from plan import write_batch


def program(build):
    """The emulator for many cases; None: it is not built."""
    p = build + '/tests/oracle/oracle-predict'
    return p if os.path.exists(p) else None


def policy_options(policy):
    """For oracle-predict."""
    ret = ['-p', 'mitigated']
    if policy == 'blacklist':
        return ret + ['-p', 'blacklist=oracle_denied,em_u32']
    return ret + (['-p', policy] if policy else [])


def ask(kernel, policy, batch, states):
    """Its answers, up to where it ended."""
    out = subprocess.run([program(kernel.build), '-k', kernel.name,
                          *policy_options(policy), batch], input=states,
                         stdout=subprocess.PIPE, check=False).stdout
    ret = []
    for line in out.decode('ascii').split('\n')[:-1]:
        ret.append(json.loads(line))
    return ret


def predict(plan, group, answers):
    """One for each; a case that ends the emulator is told as "crashed"."""
    states = compare.states(answers).splitlines(True)
    ret = []
    while len(ret) < len(answers):
        rest = answers[len(ret):]
        with tempfile.NamedTemporaryFile(prefix='lkm-oracle.') as b:
            write_batch(b, group, [a['id'] for a in rest])
            ret += ask(plan.kernel, plan.policy, b.name,
                       ''.join(states[len(ret):]).encode())
        if len(ret) < len(answers):
            ret.append({'verdict': 'crashed', 'errno': 0, 'log': []})
    return ret
