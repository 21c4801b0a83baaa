"""Small HDF5 files of every layout, index, filter and flavour that srbatch reads; fuzz_seeds.py FOLDER. Needs h5py."""
import sys

import h5py
import numpy

folder = sys.argv[1]
random = numpy.random.default_rng(5)


def pixels(shape, dtype="<u2"):
    y = numpy.linspace(0, 6, shape[-2])[:, None]
    x = numpy.linspace(0, 9, shape[-1])
    return (100 + 50 * numpy.sin(y) * numpy.cos(x) + random.poisson(3, shape)).astype(dtype)


def one(name, value, libver="earliest", **options):
    with h5py.File(f"{folder}/{name}.h5", "w", libver=libver) as f:
        f.create_dataset("low", data=value, **options).attrs["element_size_um"] = [0.3, 0.1, 0.1]


image = pixels((40, 56))
stack = pixels((3, 24, 20))
one("contiguous", image)
one("contiguous-latest", image, "latest")
one("big-endian", pixels((20, 30), ">f4"))
one("int8", pixels((20, 30), "i1"))
one("float16", pixels((20, 30), "f2"))
one("float64-chunks", pixels((20, 30), "f8"), chunks=(7, 9))
one("int64-big", pixels((20, 30), ">i8"), chunks=(7, 9), compression="gzip", shuffle=True)
one("btree1", stack, chunks=(1, 8, 8), compression="gzip", shuffle=True)
one("btree1-raw", stack, chunks=(1, 8, 8))
one("single-chunk", image, "latest", chunks=image.shape, compression="gzip")
one("fixed-array", stack, "latest", chunks=(1, 8, 8), compression="gzip", shuffle=True)
one("fixed-array-raw", stack, "latest", chunks=(1, 8, 8))
one("extensible-array", stack, "latest", chunks=(1, 8, 8), maxshape=(None, 24, 20), compression="lzf", shuffle=True)
one("btree2", stack, "latest", chunks=(1, 8, 8), maxshape=(None, None, 20), compression="gzip")
one("fletcher32", image, chunks=(16, 16), fletcher32=True)
one("fletcher32-gzip", image, chunks=(16, 16), compression="gzip", shuffle=True, fletcher32=True)
one("lzf", image, chunks=(16, 16), compression="lzf", shuffle=True)
one("scaleoffset", image, chunks=(16, 16), scaleoffset=8)
one("filled", numpy.zeros((0, 30), "u2"), maxshape=(None, 30), chunks=(4, 8), fillvalue=7)
with h5py.File(f"{folder}/filled.h5", "r+") as f:
    f["low"].resize((21, 30))
    f["low"][5:9] = 3
if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
    one("szip", image, chunks=(16, 16), compression="szip")
with h5py.File(f"{folder}/compact.h5", "w") as f:
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(f.id, b"low", h5py.h5t.STD_U16LE, h5py.h5s.create_simple((12, 14)), creation).write(h5py.h5s.ALL, h5py.h5s.ALL, pixels((12, 14)))
with h5py.File(f"{folder}/virtual.h5", "w", libver="latest") as f:
    f["part"] = image
    layout = h5py.VirtualLayout((2, *image.shape), "u2")
    layout[0] = h5py.VirtualSource(f["part"])
    layout[1] = h5py.VirtualSource("contiguous.h5", "low", image.shape)
    f.create_virtual_dataset("low", layout)
with h5py.File(f"{folder}/links.h5", "w") as f:
    f["a/b/c/low"] = image
    f["a/b/loop"] = h5py.SoftLink("/a")
    f["hard"] = f["a/b"]
    f["outside"] = h5py.ExternalLink("contiguous.h5", "/low")
    f["dangling"] = h5py.SoftLink("/nowhere")
with h5py.File(f"{folder}/many.h5", "w", libver="latest") as f:
    for n in range(40):
        f[f"g{n % 4}/d{n}"] = pixels((4, 5))
        f[f"g{n % 4}"].attrs[f"a{n}"] = "text" * n
with h5py.File(f"{folder}/types.h5", "w") as f:
    f["enum"] = numpy.array([[0, 1], [1, 0]], dtype=h5py.enum_dtype({"no": 0, "yes": 1}, "i1"))
    f["bool"] = numpy.array([[True, False]])
    f["compound"] = numpy.zeros((2, 2), [("a", "i4"), ("b", "f8")])
    f["strings"] = ["one", "two"]
    f["fixed"] = numpy.array([b"abc", b"de"])
    f["reference"] = f["enum"].ref
    f["empty"] = h5py.Empty("f4")
    f["scalar"] = 5.5
with h5py.File(f"{folder}/ilastik.h5", "w") as f:
    d = f.create_dataset("exported_data", data=pixels((2, 16, 18))[..., None], chunks=(1, 8, 8, 1), compression="gzip")
    d.attrs["axistags"] = '{"axes": [{"key": "z", "typeFlags": 2, "resolution": 0.5, "description": ""}, {"key": "y", "typeFlags": 2, "resolution": 0.1, "description": ""}, {"key": "x", "typeFlags": 2, "resolution": 0.1, "description": ""}, {"key": "c", "typeFlags": 1, "resolution": 0, "description": ""}]}'


def characters(text):
    return numpy.array([letter.encode() for letter in str(text)], "S1")


with h5py.File(f"{folder}/imaris.ims", "w") as f:
    info = f.create_group("DataSetInfo/Image")
    for axis, (name, size) in enumerate((("X", 18), ("Y", 14), ("Z", 3))):
        info.attrs[name] = characters(size)
        info.attrs[f"ExtMin{axis}"] = characters(0)
        info.attrs[f"ExtMax{axis}"] = characters(size * 0.2)
    info.attrs["Unit"] = characters("um")
    for t in range(2):
        for c in range(2):
            channel = f.create_group(f"DataSet/ResolutionLevel 0/TimePoint {t}/Channel {c}")
            for name, size in (("X", 18), ("Y", 14), ("Z", 3)):
                channel.attrs[f"ImageSize{name}"] = characters(size)
            channel.create_dataset("Data", data=pixels((4, 16, 24), "u1"), chunks=(4, 8, 8), compression="gzip")
with h5py.File(f"{folder}/bdv.h5", "w") as f:
    for c in range(2):
        f[f"s{c:02}/resolutions"] = numpy.array([[1.0, 1, 1], [2, 2, 1]])
        f[f"s{c:02}/subdivisions"] = numpy.array([[8, 8, 4], [8, 8, 4]], "i4")
        for level in range(2):
            f.create_dataset(f"t00000/s{c:02}/{level}/cells", data=pixels((4, 16 >> level, 24 >> level), "i2"), chunks=(4, 8, 8), compression="gzip")
with h5py.File(f"{folder}/userblock.h5", "w", userblock_size=512) as f:
    f["low"] = image
