"""h5py's share of `bench hdf5`. All files have one dataset, /low.

hdf5.py make FOLDER               writes the files to read
hdf5.py planes|whole FILE TYPE    reads plane by plane or at once into a reused array of TYPE; prints seconds
hdf5.py write FILE SOURCE         writes the first planes of SOURCE as float32 with srbatch's chunks and filters; prints seconds
"""
import sys
import time

import h5py
import numpy as np

CHUNKS = (1, 256, 256)
PACKED = dict(chunks=CHUNKS, compression="gzip", compression_opts=4, shuffle=True)
WRITTEN_PLANES = 4


def camera(planes, length):
    """Smooth structure under photon noise: about half its size after shuffle and gzip."""
    random = np.random.default_rng(1)
    place = np.linspace(0, 63, length)
    bilinear = np.maximum(0, 1 - abs(place[:, None] - np.arange(64)))
    return np.stack([random.poisson(100 + 900 * bilinear @ random.random((64, 64)) ** 3 @ bilinear.T) for _ in range(planes)]).astype("u2")


def repeated(source, path, planes):
    """The planes of `source` over and over, copied as they are packed."""
    with h5py.File(source) as few, h5py.File(path, "w") as many:
        low = few["low"]
        like = dict(chunks=low.chunks, compression=low.compression, compression_opts=low.compression_opts, shuffle=low.shuffle)
        target = many.create_dataset("low", (planes, *low.shape[1:]), low.dtype, **like)
        for n in range(low.id.get_num_chunks()):
            z, y, x = low.id.get_chunk_info(n).chunk_offset
            mask, packed = low.id.read_direct_chunk((z, y, x))
            for plane in range(z, planes, low.shape[0]):
                target.id.write_direct_chunk((plane, y, x), packed, mask)


def make(folder):
    def write(name, data, **how):
        with h5py.File(f"{folder}/{name}.h5", "w") as f:
            f.create_dataset("low", data=data, **how)

    planes = camera(4, 4096)
    write("fletcher32", planes, fletcher32=True, **PACKED)
    write("lzf", planes, chunks=CHUNKS, compression="lzf", shuffle=True)
    write("contiguous", planes)
    write("big-endian", (planes[:2] * np.float32(0.37)).astype(">f4"), **PACKED)
    write("small-chunks", np.resize(planes, (49, 1024, 1024)), **{**PACKED, "chunks": (1, 32, 32)})
    write("few-packed", planes, **PACKED)
    write("few-plain", planes, chunks=CHUNKS)
    repeated(f"{folder}/few-packed.h5", f"{folder}/packed.h5", 32)
    repeated(f"{folder}/few-plain.h5", f"{folder}/plain.h5", 32)
    repeated(f"{folder}/few-packed.h5", f"{folder}/packed-64MiB.h5", 2)


def read(how, path, element):
    with h5py.File(path) as f:
        low = f["low"]
        room = np.empty(low.shape if how == "whole" else low.shape[1:], element)
        room.fill(0)
        start = time.perf_counter()
        if how == "whole":
            low.read_direct(room)
        else:
            for plane in range(low.shape[0]):
                low.read_direct(room, np.s_[plane])
        return time.perf_counter() - start


def write(path, source):
    with h5py.File(source) as f:
        values = f["low"][:WRITTEN_PLANES] * np.float32(0.37)
    start = time.perf_counter()
    with h5py.File(path, "w") as f:
        f.create_dataset("low", data=values, **PACKED)
    return time.perf_counter() - start


verb, *arguments = sys.argv[1:]
if verb == "make":
    make(*arguments)
else:
    print(write(*arguments) if verb == "write" else read(verb, *arguments))
