using NUnit.Framework;
using VRouter.Native;
using static VRouter.Native.BpfRegister;

namespace VRouter.Tests.Unit.Native;

public sealed class BpfAssemblerTests
{
    [Test]
    public void LaysInstructionsOutAsRfc9669Says()
    {
        ulong[] code = new BpfAssembler()
            .Move(R0, 2)
            .Load(BpfSize.W, R2, R6, 16)
            .Store(BpfSize.DW, R10, -24, R5)
            .Exit()
            .Assemble();

        Assert.That(code, Is.EqualTo(new[]
        {
            0x0000_0002_0000_00B7UL,    // mov r0, 2
            0x0000_0000_0010_6261UL,    // ldxw r2, [r6+16]
            0x0000_0000_FFE8_5A7BUL,    // stxdw [r10-24], r5
            0x0000_0000_0000_0095UL,    // exit
        }));
    }

    [Test]
    public void ResolvesJumpsRelativeToTheInstructionBehindThem()
    {
        ulong[] code = new BpfAssembler()
            .Label("start")
            .JumpIfEqual(R1, -1, "end")
            .Jump("start")
            .Label("end")
            .Exit()
            .Assemble();

        Assert.That(code, Is.EqualTo(new[]
        {
            0xFFFF_FFFF_0001_0115UL,    // jeq r1, -1, +1
            0x0000_0000_FFFE_0005UL,    // ja -2
            0x0000_0000_0000_0095UL,    // exit
        }));
    }

    [Test]
    public void RefusesAJumpToNowhere() =>
        Assert.That(() => new BpfAssembler().Jump("nowhere").Assemble(), Throws.TypeOf<KeyNotFoundException>());
}
