# SPDX-License-Identifier: GPL-2.0-or-later
"""PKCS#7 messages as nobody signs modules with: well-formed, made from a
module's own, and each wrong, or merely unknown, in one respect.
"""

OBJECT, INTEGER, STRING, SEQUENCE, SET, TAGS0 = 6, 2, 4, 0x30, 0x31, 0xa0
CONSTRUCTED = 0x20

# Contents of object identifiers.
DATA = bytes.fromhex('2a864886f70d010701')
SIGNED = bytes.fromhex('2a864886f70d010702')
CONTENT_TYPE = bytes.fromhex('2a864886f70d010903')
DIGEST = bytes.fromhex('2a864886f70d010904')
CAPS = bytes.fromhex('2a864886f70d01090f')
STATEMENT = bytes.fromhex('2b06010401823702010b')  # these of Microsoft:
INDIRECT = bytes.fromhex('2b060104018237020104')
OPUS = bytes.fromhex('2b06010401823702010c')
UNKNOWN = bytes.fromhex('2a0304')                 # 1.2.3.4: nobody's


def element(b, at):
    """(tag, content, end) of the element that begins there."""
    n, head = b[at + 1], at + 2
    if n > 0x80:
        head += n - 0x80
        n = int.from_bytes(b[at + 2:head], 'big')
    return b[at], b[head:head + n], head + n


def read(b):
    """[[tag, content]]; a container's content is such a list again."""
    ret, at = [], 0
    while at < len(b):
        tag, content, at = element(b, at)
        ret.append([tag, read(content) if tag & CONSTRUCTED else content])
    return ret


def write(nodes):
    """The bytes of such a list."""
    ret = b''
    for tag, content in nodes:
        body = write(content) if isinstance(content, list) else content
        n = len(body)
        width = (n.bit_length() + 7) // 8
        size = bytes([n]) if n < 0x80 else \
            bytes([0x80 + width]) + n.to_bytes(width, 'big')
        ret += bytes([tag]) + size + body
    return ret


class Message:
    """The places where one differs from another."""

    def __init__(self, b):
        self.nodes = read(b)
        self.kind, body = self.nodes[0][1]
        self.signed = body[1][0][1]
        self.version, self.hashes, content, self.signers = self.signed
        self.content = content[1]
        self.signer = self.signers[1][0][1]
        # Its version, who, hash, algorithm and value.

    def attributes(self, *pairs):
        """Gives them to the signer: (name, value) each."""
        self.signer.insert(3, [TAGS0, [
            [SEQUENCE, [[OBJECT, name], [SET, [value]]]]
            for name, value in pairs]])


def kind(m):
    """Another kind of message than a signed one."""
    m.kind[1] = DATA


def version(m):
    """One that does not exist."""
    m.version[1] = b'\2'


def content(m):
    """Signed is what a kernel has no use for."""
    m.content[0][1] = SIGNED


def signer(m):
    """Its version does not exist."""
    m.signer[0][1] = b'\2'


def mismatch(m):
    """A signer of version 3 in a message of version 1."""
    m.signer[0][1] = b'\3'


def hash_(m):
    """The signer's is no hash."""
    m.signer[2][1][0][1] = DATA


def algo(m):
    """The signer's is none that signs."""
    m.signer[3][1][0][1] = DATA


def oid(m):
    """One more hash, that nobody knows and nobody uses."""
    m.hashes[1].append([SEQUENCE, [[OBJECT, UNKNOWN]]])


TYPE = (CONTENT_TYPE, [OBJECT, DATA])
SUM = (DIGEST, [STRING, bytes(32)])


def attrs(m):
    """Those that there have to be."""
    m.attributes(TYPE, SUM)


def attrs_missing(m):
    """One of two."""
    m.attributes(TYPE)


def attrs_twice(m):
    """The same again."""
    m.attributes(TYPE, SUM, TYPE)


def attrs_mixed(m):
    """Of two signers one has them."""
    m.signers[1].append([SEQUENCE, list(m.signer)])
    attrs(m)


def attrs_type(m):
    """They name another type than the message."""
    m.attributes((CONTENT_TYPE, [OBJECT, SIGNED]), SUM)


def attrs_type_second(m):
    """So does the second signer."""
    m.signers[1].append([SEQUENCE, list(m.signer)])
    m.attributes(TYPE, SUM)
    m.signer = m.signers[1][1][1]
    attrs_type(m)


def attrs_caps(m):
    """One that belongs to mail."""
    m.attributes(TYPE, SUM, (CAPS, [SEQUENCE, []]))


def attrs_opus(m):
    """One that belongs to programs for Windows."""
    m.attributes(TYPE, SUM, (OPUS, [SEQUENCE, []]))


def attrs_statement(m):
    """Another one."""
    m.attributes(TYPE, SUM, (STATEMENT, [SEQUENCE, []]))


def attrs_none(m):
    """Signed is what Microsoft signs, which takes attributes."""
    m.content[0][1] = INDIRECT


def attached(m):
    """What is signed is inside."""
    m.content.append([TAGS0, [[STRING, b'a module']]])


def indirect(m):
    """Signed is what Microsoft signs."""
    m.content[0][1] = INDIRECT
    m.attributes((CONTENT_TYPE, [OBJECT, INDIRECT]), SUM)


# {name: (rule, change)}
MADE = {'kind': ('load.sig.pkcs7.kind', kind),
        'version': ('load.sig.pkcs7.version', version),
        'content': ('load.sig.pkcs7.content', content),
        'signer': ('load.sig.pkcs7.signer', signer),
        'mismatch': ('load.sig.pkcs7.mismatch', mismatch),
        'attached': ('load.sig.pkcs7.attached', attached),
        'type': ('load.sig.pkcs7.type', indirect),
        'attrs': ('load.sig.pkcs7.attrs', attrs),
        'attrs missing': ('load.sig.pkcs7.attrs.missing', attrs_missing),
        'attrs twice': ('load.sig.pkcs7.attrs.twice', attrs_twice),
        'attrs mixed': ('load.sig.pkcs7.attrs.mixed', attrs_mixed),
        'attrs type': ('load.sig.pkcs7.attrs.type', attrs_type),
        'attrs type, second': ('load.sig.pkcs7.attrs.type', attrs_type_second),
        'attrs caps': ('load.sig.pkcs7.attrs.caps', attrs_caps),
        'attrs opus': ('load.sig.pkcs7.attrs.foreign', attrs_opus),
        'attrs statement': ('load.sig.pkcs7.attrs.foreign', attrs_statement),
        'attrs none': ('load.sig.pkcs7.attrs.none', attrs_none),
        'hash': ('note.sig.hash', hash_),
        'algo': ('note.sig.algo', algo),
        'oid': ('note.sig.oid', oid)}


def made(message, name):
    """The message, changed."""
    m = Message(message)
    MADE[name][1](m)
    return write(m.nodes)
