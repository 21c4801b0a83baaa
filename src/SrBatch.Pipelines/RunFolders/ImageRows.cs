using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>The rows that a run's quality parts hold of one image.</summary>
internal sealed class ImageRows
{
    private readonly List<QualityRow[]> _evaluations = [];
    private int _inferences;
    private bool _newestIsEvaluation;

    /// <summary>Of the attempt that ended last, done or failed.</summary>
    public QualityRow[] Newest { get; private set; } = [];

    /// <summary>Of the newest inference or evaluation that did not fail; empty: none.</summary>
    public QualityRow[] NewestResult { get; private set; } = [];

    /// <summary>Whether <see cref="NewestResult"/> is an evaluation's.</summary>
    public bool IsEvaluation { get; private set; }

    /// <summary>Whether the last attempt to make the image failed. That its output could not be scored is no such failure.</summary>
    public bool HasFailed => IsFailure(Newest) && !_newestIsEvaluation;

    /// <summary>Whether the output could not be scored when it was last evaluated.</summary>
    public bool HasFailedEvaluation => IsFailure(Newest) && _newestIsEvaluation;

    /// <summary>
    /// Whether <see cref="NewestResult"/> may be of another output than the one that is there: several attempts made one, or the last one
    /// failed.
    /// </summary>
    public bool IsDoubtful => (!IsEvaluation && _inferences > 1) || HasFailed;

    /// <summary>
    /// Of evaluations that say which output they are of, the newest first; a failure means that the output cannot be read. The other
    /// properties leave them out.
    /// </summary>
    public IEnumerable<QualityRow[]> Evaluations => _evaluations.OrderByDescending(rows => rows[0].FinishedAt);

    /// <returns>By image id, what all parts of a run hold.</returns>
    public static Dictionary<string, ImageRows> Read(RunFolder run) => Read(QualityPart.Files(run));

    /// <inheritdoc cref="Read(RunFolder)"/>
    /// <param name="parts">Paths of quality parts.</param>
    public static Dictionary<string, ImageRows> Read(IEnumerable<string> parts)
    {
        var images = new Dictionary<string, ImageRows>(StringComparer.Ordinal);
        foreach (string part in parts)
        {
            bool isEvaluation = QualityPart.NameOf(part).Shard == QualityPart.Evaluation;
            foreach (IGrouping<string, QualityRow> image in QualityPart.RowsOf(part).GroupBy(row => row.Image))
            {
                if (!images.TryGetValue(image.Key, out ImageRows? known))
                {
                    images[image.Key] = known = new ImageRows();
                }
                known.Add([.. image], isEvaluation);
            }
        }
        return images;
    }

    private void Add(QualityRow[] rows, bool isEvaluation)
    {
        if (rows[0].OutputChangedAt is not null)
        {
            _evaluations.Add(rows);
            return;
        }
        if (IsNewer(rows, Newest))
        {
            (Newest, _newestIsEvaluation) = (rows, isEvaluation);
        }
        if (IsFailure(rows))
        {
            return;
        }
        _inferences += isEvaluation ? 0 : 1;
        if (IsNewer(rows, NewestResult))
        {
            (NewestResult, IsEvaluation) = (rows, isEvaluation);
        }
    }

    private static bool IsNewer(QualityRow[] rows, QualityRow[] than) => than.Length == 0 || rows[0].FinishedAt >= than[0].FinishedAt;

    private static bool IsFailure(QualityRow[] rows) => rows.Any(row => row.IsFailure);
}
