using System.Runtime.CompilerServices;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>A drop as the walk notes it; people get a <see cref="Drop"/>.</summary>
internal struct DropRecord
{
    public long Time;
    public ushort Vif;
    public ushort Length;
    public DropReason Reason;
    public ObjectKey Object;
    public RuleNumber Rule;
    public FirstBytes Packet;

    /// <summary>What is kept of a packet.</summary>
    [InlineArray(Length)]
    public struct FirstBytes
    {
        public const int Length = 128;

        private byte _first;
    }
}
