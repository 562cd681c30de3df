using System.Globalization;

namespace VRouter.Flow;

/// <summary>The number of a security group; never 0.</summary>
public readonly record struct SecurityGroupId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
