"""Workbooks under a password, by every method Excel has used.

The keys are those of msoffcrypto-tool, which reads them back; that it reads Excel's own files is checked on
real ones.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from hashlib import md5, sha1

import olefile
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from tests.support.other_formats import compound

DEFAULT = "VelvetSweatshop"
_SALT = bytes(range(16))
_VERIFIER = b"verifier of 16 b"
_BOF, _FILEPASS, _BOUNDSHEET, _INTERFACE = 0x0809, 0x002F, 0x0085, 0x00E1


def agile(data: bytes, password: str = DEFAULT) -> bytes:
    """An .xlsx as Excel 2010 and later protect it."""
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, buffer)
    return buffer.getvalue()


def standard(data: bytes, password: str = DEFAULT) -> bytes:
    """An .xlsx as Excel 2007 protects it."""
    key = ECMA376Standard.makekey_from_password(password, 0x660E, 0x8004, 0x18, 128, 16, _SALT)
    cipher = Cipher(algorithms.AES(key), modes.ECB())

    def encrypted(plain: bytes) -> bytes:
        return cipher.encryptor().update(plain + bytes(-len(plain) % 16))

    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + "AES\0".encode("utf-16-le")
    verifier = struct.pack("<I", 16) + _SALT + encrypted(_VERIFIER)
    verifier += struct.pack("<I", 20) + encrypted(sha1(_VERIFIER).digest())
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier
    package = struct.pack("<Q", len(data)) + encrypted(data)
    buffer = io.BytesIO()
    ECMA376Encrypted(package, info).write_to(buffer)
    return buffer.getvalue()


def rc4(data: bytes, password: str = DEFAULT) -> bytes:
    """An .xls as Excel 97 and 2000 protect it."""
    whole = _VERIFIER + md5(_VERIFIER).digest()
    verifier = DocumentRC4.decrypt(password, _SALT, io.BytesIO(whole)).read()
    info = struct.pack("<HHH", 1, 1, 1) + _SALT + verifier

    def encrypted(stream: bytes) -> bytes:
        return DocumentRC4.decrypt(password, _SALT, io.BytesIO(stream), blocksize=1024).read()

    return _protected(data, info, encrypted)


def rc4_crypto_api(data: bytes, password: str = DEFAULT) -> bytes:
    """An .xls as Excel 2002 and later protect it."""
    whole = _VERIFIER + sha1(_VERIFIER).digest()
    verifier = DocumentRC4CryptoAPI.decrypt(password, _SALT, 128, io.BytesIO(whole)).read()
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + "RC4\0".encode("utf-16-le")
    info = struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header + struct.pack("<I", 16) + _SALT
    info += verifier[:16] + struct.pack("<I", 20) + verifier[16:]

    def encrypted(stream: bytes) -> bytes:
        return DocumentRC4CryptoAPI.decrypt(password, _SALT, 128, io.BytesIO(stream), blocksize=1024).read()

    return _protected(data, info, encrypted)


def xor(data: bytes, password: str = DEFAULT) -> bytes:
    """An .xls as the oldest versions, and many exporters, protect it."""
    array = DocumentXOR.create_xor_array_method1(password)
    key = DocumentXOR.create_xor_key_method1(password)
    verification = next(number for number in range(1 << 16) if DocumentXOR.verifypw(password, number))
    stream = _with_filepass(data, struct.pack("<HHH", 0, key, verification))
    result = b""
    for offset, kind, body in _records(stream):
        result += struct.pack("<HH", kind, len(body))
        plain = _plain_bytes(kind, body)
        place = offset + 4 + len(body)
        result += body[:plain]
        for position, byte in enumerate(body[plain:], start=plain):
            result += bytes([DocumentXOR.rol(byte, 5, 8) ^ array[(place + position) % 16]])
    return compound("Workbook", result.ljust(len(stream), b"\0"))


def _protected(data: bytes, info: bytes, encrypt) -> bytes:  # type: ignore[no-untyped-def]
    stream = _with_filepass(data, info)
    encrypted = encrypt(stream)
    result = b""
    for offset, kind, body in _records(stream):
        start = offset + 4
        plain = _plain_bytes(kind, body)
        result += stream[offset : start + plain] + encrypted[start + plain : start + len(body)]
    return compound("Workbook", result.ljust(len(stream), b"\0"))


def _with_filepass(data: bytes, info: bytes) -> bytes:
    stream = olefile.OleFileIO(io.BytesIO(data)).openstream("Workbook").read()
    shift = 4 + len(info)
    result = b""
    for offset, kind, body in _records(stream):
        if kind == _BOUNDSHEET:
            body = struct.pack("<I", struct.unpack_from("<I", body)[0] + shift) + body[4:]
        result += struct.pack("<HH", kind, len(body)) + body
        if offset == 0:
            result += struct.pack("<HH", _FILEPASS, len(info)) + info
    return result


def _plain_bytes(kind: int, body: bytes) -> int:
    if kind in (_BOF, _FILEPASS, _INTERFACE):
        return len(body)
    return 4 if kind == _BOUNDSHEET else 0


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        yield offset, kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
