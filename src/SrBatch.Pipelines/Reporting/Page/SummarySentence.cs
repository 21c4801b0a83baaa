namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A sentence at the top of the page.</summary>
/// <param name="Section">Id of the section that says more; null: none.</param>
internal sealed record SummarySentence(string Text, string? Section = null);
