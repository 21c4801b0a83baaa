def load(path=os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights.pt"), device="cpu"):
    """The trained network, ready to enhance."""
    network = NETWORK(**OPTIONS)
    network.load_state_dict(torch.load(path, map_location=device))
    return network.to(device).eval()


def intensity_range(image):
    """The intensities that the network sees as 0 and 1: percentiles of all finite values of `image`, which is all there is of one channel."""
    values = np.asarray(image, np.float32)
    low, high = np.percentile(values[np.isfinite(values)].astype(np.float64), PERCENTILES).astype(np.float32)
    return low, (high if high > low else low + np.float32(1))


def normalise(image, low, high):
    """Brings `low` to 0 and `high` to 1; what is not finite becomes 0."""
    values = (np.asarray(image, np.float32) - low) * (np.float32(1) / (high - low))
    return np.where(np.isfinite(values), values, np.float32(0))


def denormalise(values, low, high):
    """The way back."""
    return values * (high - low) + low


def enhance(network, image, tile=1024):
    """Enhances (..., rows, columns) of one channel, in the image's units.

    Planes larger than `tile` are cut into windows that start at multiples of the network's stride and overlap by what one pixel depends on, so that
    no seam is left.
    """
    image = np.asarray(image, np.float32)
    low, high = intensity_range(image)
    planes = [enhance_plane(network, plane, tile) for plane in normalise(image, low, high).reshape(-1, *image.shape[-2:])]
    return denormalise(np.stack(planes), low, high).reshape(*image.shape[:-2], *planes[0].shape)


def enhance_plane(network, plane, tile):
    """Enhances one normalised plane; sides are continued to multiples of the stride by repeating the last pixel."""
    scale, stride = network.scale, network.stride
    device = next(network.parameters()).device
    height, width = plane.shape
    plane = np.pad(plane, ((0, -height % stride), (0, -width % stride)), mode="edge")
    halo = -(-network.receptive_field // stride) * stride
    kept = tile if max(plane.shape) <= tile else max(tile // stride * stride - 2 * halo, stride)
    result = np.empty((plane.shape[0] * scale, plane.shape[1] * scale), np.float32)
    for top in range(0, plane.shape[0], kept):
        for left in range(0, plane.shape[1], kept):
            above, before = max(top - halo, 0), max(left - halo, 0)
            window = torch.from_numpy(plane[above:top + kept + halo, before:left + kept + halo].copy())[None, None].to(device)
            with torch.no_grad():
                enhanced = network(window)[0, 0].cpu().numpy()
            enhanced = enhanced[(top - above) * scale:, (left - before) * scale:][:kept * scale, :kept * scale]
            result[top * scale:top * scale + enhanced.shape[0], left * scale:left * scale + enhanced.shape[1]] = enhanced
    return result[:height * scale, :width * scale]
