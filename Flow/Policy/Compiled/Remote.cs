namespace VRouter.Flow;

/// <summary>The peers that rules name: everyone, a prefix or a group.</summary>
/// <param name="Outer">The next shorter prefix around this one, in the end everyone; -1 = none.</param>
/// <param name="Best">The first of the rules here and further out: no search beyond can find one before it.</param>
/// <param name="FirstService">Where its services begin.</param>
/// <param name="Services">How many they are.</param>
internal readonly record struct Remote(int Outer, int Best, int FirstService, int Services)
{
    /// <summary>The remote of rules for everyone.</summary>
    public const int Everyone = 0;

    /// <summary>Behind the last prefix.</summary>
    public const int None = -1;
}
