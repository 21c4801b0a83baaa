namespace SrBatch.Core.Training;

/// <summary>How the learning rate runs within a segment of a schedule.</summary>
public enum SegmentKind
{
    /// <summary>The manifest's schedule over the steps that the training was begun with.</summary>
    Begun,

    /// <summary>More steps were asked for: the manifest's schedule again, at a tenth of the peak rate.</summary>
    Restart,

    /// <summary>Fewer steps were asked for: a cosine from the rate of the step before to nearly nothing.</summary>
    Anneal,
}
