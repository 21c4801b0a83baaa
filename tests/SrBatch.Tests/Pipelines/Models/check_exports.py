"""Loads what srbatch exported as other programs would. check_exports.py FOLDER

For each NAME.safetensors: the folder NAME (pytorch), NAME.zip (bioimageio), NAME-image.npy and NAME-expected.npy, srbatch's own result.
"""
import hashlib
import importlib.util
import io
import pathlib
import sys
import zipfile

import numpy as np
import torch
import yaml

sys.dont_write_bytecode = True
TOLERANCE = 1e-5  # of the range: other orders of summation through 30 layers of float32


def close(found, expected, what):
    assert found.shape == expected.shape, (what, found.shape, expected.shape)
    span = np.nanmax(expected) - np.nanmin(expected)
    worst = np.abs(found - expected).max()
    assert np.isfinite(found).all() and span > 0 and worst <= TOLERANCE * span, (what, worst, span)


def load_module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_pytorch(folder, image, expected):
    module = load_module(folder / "model.py")
    network = module.load()
    close(module.enhance(network, image), expected, "enhance")
    close(module.enhance(network, image[None, None], tile=1), expected[None, None], "enhance in tiles")
    low, high = module.intensity_range(image)
    back = module.denormalise(module.normalise(image, low, high), low, high)
    close(back[np.isfinite(image)], image[np.isfinite(image)], "normalise and back")
    state = torch.load(folder / "weights.pt", map_location="cpu", weights_only=True)
    assert sorted(state) == sorted(name for name, _ in network.named_parameters()), list(state)
    with zipfile.ZipFile(folder / "weights.pt") as archive:
        assert all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())


# Required and other keys of the parts used, from bioimageio.spec's model v0_5 (format 0.5.5).
KEYS = {
    "model": ({"format_version", "type", "name", "description", "inputs", "outputs", "weights"}, {"cite", "tags", "documentation", "attachments", "authors", "license"}),
    "tensor": ({"id", "axes", "test_tensor"}, {"description", "data", "preprocessing"}),
    "batch": ({"type"}, set()),
    "channel": ({"type", "channel_names"}, set()),
    "space": ({"type", "id", "size"}, {"scale", "halo"}),
    "file": ({"source", "sha256"}, set()),
    "weights": ({"source", "sha256", "pytorch_version", "architecture"}, set()),
    "architecture": ({"source", "sha256", "callable", "kwargs"}, set()),
}


def check_keys(node, kind):
    required, others = KEYS[kind]
    assert required <= set(node) <= required | others, (kind, sorted(node))


def check_bioimageio(path, scale):
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    rdf = yaml.safe_load(files["rdf.yaml"])
    check_keys(rdf, "model")
    assert (rdf["format_version"], rdf["type"], rdf["name"]) == ("0.5.5", "model", "tiny- -quoted- -"), rdf
    assert rdf["documentation"] in files and "\n## Validation\n" in files["README.md"].decode()
    assert all(set(citation) == {"text", "doi"} for citation in rdf["cite"]) and "10.1038/s41592-018-0239-0" in str(rdf["cite"])

    (source,), (result,) = rdf["inputs"], rdf["outputs"]
    weights = rdf["weights"]["pytorch_state_dict"]
    architecture = weights["architecture"]
    for tensor in (source, result):
        check_keys(tensor, "tensor")
        check_keys(tensor["test_tensor"], "file")
        assert len(tensor["description"]) <= 128
        for axis in tensor["axes"]:
            check_keys(axis, axis["type"])
    check_keys(weights, "weights")
    check_keys(architecture, "architecture")
    named = [*rdf["attachments"], source["test_tensor"], result["test_tensor"], weights, architecture]
    for file in named:
        assert hashlib.sha256(files[file["source"]]).hexdigest() == file["sha256"], file
    assert set(files) == {file["source"] for file in named} | {"rdf.yaml", "README.md"}

    low, high = (np.load(io.BytesIO(files[tensor["test_tensor"]["source"]])) for tensor in (source, result))
    assert low.dtype == high.dtype == np.float32
    for axis, length, output_axis, output_length in zip(source["axes"][2:], low.shape[2:], result["axes"][2:], high.shape[2:]):
        size = axis["size"]
        assert length >= size["min"] and (length - size["min"]) % size["step"] == 0
        assert output_axis["size"] == {"tensor_id": source["id"], "axis_id": axis["id"]}
        assert output_length == length / output_axis["scale"] == length * scale
        halo = output_axis["halo"] * output_axis["scale"]
        assert halo == int(halo) and halo % 2 == 0 and size["min"] - 2 * halo >= 1

    # As bioimageio.core runs it.
    ensure, scaling = source["preprocessing"]
    assert ensure == {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}} and scaling["id"] == "scale_range"
    kwargs = scaling["kwargs"]
    assert kwargs["axes"] == ["channel", "y", "x"] and 0 < kwargs["eps"] <= 0.1
    lower, upper = np.percentile(low, (kwargs["min_percentile"], kwargs["max_percentile"]), axis=(1, 2, 3), keepdims=True)
    x = torch.from_numpy(((low - lower) / (upper - lower + kwargs["eps"])).astype(np.float32))
    space = {}
    exec(files[architecture["source"]].decode(), space)
    network = space[architecture["callable"]](**architecture["kwargs"])
    network.load_state_dict(torch.load(io.BytesIO(files[weights["source"]]), map_location="cpu", weights_only=True))
    with torch.no_grad():
        close(network.eval()(x).numpy(), high, "test output")


torch.set_num_threads(2)
folder, count = pathlib.Path(sys.argv[1]), 0
for model in sorted(folder.glob("*.safetensors")):
    check_pytorch(folder / model.stem, *(np.load(folder / f"{model.stem}-{which}.npy") for which in ("image", "expected")))
    check_bioimageio(folder / f"{model.stem}.zip", int(model.stem[-1]))
    count += 1
print(f"{count} exports agree")
