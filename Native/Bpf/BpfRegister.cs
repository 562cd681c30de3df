namespace VRouter.Native;

/// <summary>The registers of the kernel's virtual machine: R0 results, R1-R5 arguments, R6-R9 kept over calls, R10 the stack's top.</summary>
internal enum BpfRegister : byte
{
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10,
}
