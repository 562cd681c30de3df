using System.Globalization;

namespace VRouter.Flow;

/// <summary>A rule as flows keep it, outside managed memory: <see cref="RuleNames"/> knows its name. 0 = no rule.</summary>
public readonly record struct RuleNumber(uint Value)
{
    /// <summary>No rule matched, or none was asked.</summary>
    public static RuleNumber None => default;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
