"""move_chunk.py FROM TO OLD NEW: a copy of a file in which the v2 B-tree record of the chunk at address OLD
points to NEW, with the checksum of its leaf made right, so that only the address is wrong."""
import struct
import sys


def rotate(value, bits):
    return (value << bits | value >> 32 - bits) & 0xffffffff


def lookup3(data):
    """Bob Jenkins' hashlittle with initial value 0, HDF5's metadata checksum."""
    a = b = c = 0xdeadbeef + len(data) & 0xffffffff
    while len(data) > 12:
        x, y, z = struct.unpack_from('<3I', data)
        a, b, c = a + x & 0xffffffff, b + y & 0xffffffff, c + z & 0xffffffff
        for bits in ((4, 6, 8), (16, 19, 4)):
            a = (a - c & 0xffffffff) ^ rotate(c, bits[0])
            c = c + b & 0xffffffff
            b = (b - a & 0xffffffff) ^ rotate(a, bits[1])
            a = a + c & 0xffffffff
            c = (c - b & 0xffffffff) ^ rotate(b, bits[2])
            b = b + a & 0xffffffff
        data = data[12:]
    if not data:
        return c
    x, y, z = struct.unpack('<3I', data.ljust(12, b'\0'))
    a, b, c = a + x & 0xffffffff, b + y & 0xffffffff, c + z & 0xffffffff
    c = (c ^ b) - rotate(b, 14) & 0xffffffff
    a = (a ^ c) - rotate(c, 11) & 0xffffffff
    b = (b ^ a) - rotate(a, 25) & 0xffffffff
    c = (c ^ b) - rotate(b, 16) & 0xffffffff
    a = (a ^ c) - rotate(c, 4) & 0xffffffff
    b = (b ^ a) - rotate(a, 14) & 0xffffffff
    return (c ^ b) - rotate(b, 24) & 0xffffffff


def main():
    source, target, old, new = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    data = bytearray(open(source, 'rb').read())
    record_bytes = 8 + 8 * 2  # address and two coordinates
    start = data.index(b'BTLF')
    place = data.index(struct.pack('<Q', old), start + 6)
    assert (place - start - 6) % record_bytes == 0, 'no record of a two-dimensional dataset there'
    # The checksum stands behind the records of the leaf: the first place where it is right.
    end = next(end for end in range(start + 6, start + 2048, record_bytes)
               if struct.unpack_from('<I', data, end)[0] == lookup3(bytes(data[start:end])))
    assert place < end
    struct.pack_into('<Q', data, place, new)
    struct.pack_into('<I', data, end, lookup3(bytes(data[start:end])))
    open(target, 'wb').write(data)


main()
