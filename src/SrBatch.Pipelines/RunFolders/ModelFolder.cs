using SrBatch.Storage.Claims;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// The files of one training. A training on all images lies in the run folder, one on the images of a group in a folder of its own.
/// </summary>
/// <param name="Path">Absolute path.</param>
public sealed record ModelFolder(string Path)
{
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");
    public string Model => System.IO.Path.Combine(Path, "model.safetensors");
    public string TrainingTable => System.IO.Path.Combine(Path, "training.parquet");
    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");
    public string Samples => System.IO.Path.Combine(Path, "samples");

    /// <summary>Whether training has begun here: there is a model or a checkpoint, or a process works on it.</summary>
    public bool HasTraining =>
        File.Exists(Model) || new CheckpointFolder(Checkpoints).Steps().Count > 0 || ClaimFolder.Alive(Path).Count > 0;
}
