using System.Runtime.CompilerServices;

namespace VRouter.Flow;

/// <summary>Up to eight numbers of things that a flow's verdict depended on.</summary>
[InlineArray(Length)]
public struct FlowDependencies
{
    /// <summary>How many there are.</summary>
    public const int Length = 8;

    private uint _first;
}
