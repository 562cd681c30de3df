namespace VRouter.Native;

/// <summary>Assembles programs for the kernel's virtual machine (RFC 9669), with labels for jumps, as far as XDP filters need it.</summary>
internal sealed class BpfAssembler
{
    private readonly List<ulong> _code = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly List<(int Instruction, string Label)> _jumps = [];

    internal BpfAssembler Move(BpfRegister to, int value) => Emit(0xB7, to, 0, 0, value);

    internal BpfAssembler Move(BpfRegister to, BpfRegister from) => Emit(0xBF, to, from, 0, 0);

    internal BpfAssembler Add(BpfRegister to, int value) => Emit(0x07, to, 0, 0, value);

    internal BpfAssembler Add(BpfRegister to, BpfRegister from) => Emit(0x0F, to, from, 0, 0);

    internal BpfAssembler And(BpfRegister to, int mask) => Emit(0x57, to, 0, 0, mask);

    internal BpfAssembler ShiftLeft(BpfRegister to, int bits) => Emit(0x67, to, 0, 0, bits);

    internal BpfAssembler Load(BpfSize size, BpfRegister to, BpfRegister address, short offset) =>
        Emit((byte)(0x61 | (byte)size), to, address, offset, 0);

    internal BpfAssembler Store(BpfSize size, BpfRegister address, short offset, BpfRegister from) =>
        Emit((byte)(0x63 | (byte)size), address, from, offset, 0);

    internal BpfAssembler Store(BpfSize size, BpfRegister address, short offset, int value) =>
        Emit((byte)(0x62 | (byte)size), address, 0, offset, value);

    /// <summary>The address of a map: two instructions (BPF_PSEUDO_MAP_FD, linux/bpf.h).</summary>
    internal BpfAssembler LoadMap(BpfRegister to, BpfMap map) => Emit(0x18, to, (BpfRegister)1, 0, map.Descriptor).Emit(0, 0, 0, 0, 0);

    internal BpfAssembler Jump(string label) => EmitJump(0x05, 0, 0, 0, label);

    internal BpfAssembler JumpIfEqual(BpfRegister left, int right, string label) => EmitJump(0x15, left, 0, right, label);

    internal BpfAssembler JumpIfNotEqual(BpfRegister left, int right, string label) => EmitJump(0x55, left, 0, right, label);

    internal BpfAssembler JumpIfLess(BpfRegister left, int right, string label) => EmitJump(0xA5, left, 0, right, label);

    internal BpfAssembler JumpIfGreater(BpfRegister left, BpfRegister right, string label) => EmitJump(0x2D, left, right, 0, label);

    /// <summary>Calls one of the kernel's functions by its number (BPF_FUNC_*, linux/bpf.h).</summary>
    internal BpfAssembler Call(int function) => Emit(0x85, 0, 0, 0, function);

    internal BpfAssembler Exit() => Emit(0x95, 0, 0, 0, 0);

    /// <summary>Names the next instruction.</summary>
    internal BpfAssembler Label(string name)
    {
        _labels.Add(name, _code.Count);
        return this;
    }

    /// <summary>The instructions, jumps resolved: each relative to the instruction behind it.</summary>
    internal ulong[] Assemble()
    {
        ulong[] code = [.. _code];

        foreach ((int instruction, string label) in _jumps)
        {
            code[instruction] |= (ulong)(ushort)(_labels[label] - instruction - 1) << 16;
        }

        return code;
    }

    private BpfAssembler EmitJump(byte operation, BpfRegister left, BpfRegister right, int value, string label)
    {
        _jumps.Add((_code.Count, label));
        return Emit(operation, left, right, 0, value);
    }

    private BpfAssembler Emit(byte operation, BpfRegister destination, BpfRegister source, short offset, int value)
    {
        _code.Add(operation | (ulong)destination << 8 | (ulong)source << 12 | (ulong)(ushort)offset << 16 | (ulong)(uint)value << 32);
        return this;
    }
}
