using System.Globalization;

namespace VRouter.Flow;

/// <summary>The ports from one to another, both included. Wider than a port, so that a wrong one can be named.</summary>
public readonly record struct PortRange(uint First, uint Last)
{
    /// <summary>"80-443".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
