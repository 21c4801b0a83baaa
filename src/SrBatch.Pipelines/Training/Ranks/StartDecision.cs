namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>What rank 0 finds in the folder of a training.</summary>
internal enum StartDecision
{
    Train,

    /// <summary>The model is there with all its steps.</summary>
    AlreadyTrained,

    /// <summary>Another task trains there.</summary>
    TrainedElsewhere,
}
