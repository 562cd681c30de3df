using FsCheck;
using FsCheck.Fluent;

namespace VRouter.Tests.Unit.Walk;

/// <summary>A frame with bytes changed, cut off or put behind it.</summary>
/// <param name="Frame">Which of <see cref="HostileFrames.All"/>.</param>
/// <param name="Changes">Places, modulo the frame's length, and what is there now.</param>
/// <param name="Length">0 = as it was; else a longer or shorter one, modulo.</param>
/// <param name="IsRepaired">Whether header checksums are right again.</param>
internal sealed record Mutation(int Frame, (int At, byte Value)[] Changes, int Length, bool IsRepaired)
{
    // Values that mean something: ends of ranges, versions, protocols.
    private static readonly byte[] s_telling = [0, 1, 2, 3, 4, 6, 7, 17, 41, 43, 44, 47, 58, 59, 60, 64, 127, 128, 132, 224, 254, 255, 0x45, 0x46, 0x4F, 0x60, 0x20, 0x40];

    private static readonly Gen<byte> s_value = Gen.OneOf(Gen.Elements(s_telling), Gen.Choose(0, 255).Select(value => (byte)value));

    // Headers are in front: most changes should be there.
    private static readonly Gen<(int, byte)> s_change =
        from at in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, 110), Gen.Choose(0, 2000))
        from value in s_value
        select (at, value);

    public static Arbitrary<Mutation> Any { get; } = (
        from frame in Gen.Choose(0, HostileFrames.All.Length - 1)
        from changes in s_change.ArrayOf(5)
        from count in Gen.Choose(0, 5)
        from length in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 2000)))
        from isRepaired in Gen.Elements(true, true, true, false)
        select new Mutation(frame, changes[..count], length, isRepaired)).ToArbitrary();

    public uint Vif => HostileFrames.All[Frame].Vif;

    public byte[] Bytes()
    {
        byte[] frame = [.. HostileFrames.All[Frame].Frame];

        foreach ((int at, byte value) in Changes)
        {
            frame[at % frame.Length] = value;
        }

        frame = IsRepaired ? HostileFrames.Repaired(frame) : frame;

        if (Length != 0)
        {
            Array.Resize(ref frame, Length % (frame.Length + 40));
        }

        return frame;
    }

    public override string ToString() => $"vif {Vif}: {Convert.ToHexString(Bytes())}";
}
