namespace VRouter.Flow;

/// <summary>How a piece lies to those that are there.</summary>
internal enum PieceFit
{
    /// <summary>Between them.</summary>
    New,

    /// <summary>Exactly where one is.</summary>
    Duplicate,

    /// <summary>Across one.</summary>
    Overlap,
}
