namespace VRouter.Flow;

/// <summary>The places where ranges begin and end.</summary>
internal static class SortedBounds
{
    /// <summary>Sorts them and leaves each once.</summary>
    public static void Arrange(List<int> bounds)
    {
        bounds.Sort();
        int kept = 0;

        for (int i = 0; i < bounds.Count; i++)
        {
            if (i == 0 || bounds[i] != bounds[kept - 1])
            {
                bounds[kept++] = bounds[i];
            }
        }

        bounds.RemoveRange(kept, bounds.Count - kept);
    }
}
