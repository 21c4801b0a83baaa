using SrBatch.Core.Planning;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>Input and target of one image at a time, opened when needed.</summary>
internal sealed class OpenPair(Hdf5ReadOptions reading) : IDisposable
{
    private PlannedImage? _image;
    private PlaneSource? _input, _target;

    public PlaneSource Of(PlannedImage image, bool isTarget)
    {
        if (!ReferenceEquals(image, _image))
        {
            Dispose();
            _image = image;
        }
        return isTarget ? _target ??= new PlaneSource(image.Target!, reading) : _input ??= new PlaneSource(image.Input!, reading);
    }

    public void Dispose()
    {
        _input?.Dispose();
        _target?.Dispose();
        (_input, _target) = (null, null);
    }
}
