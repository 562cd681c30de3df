namespace VRouter.Forwarding;

/// <summary>Why a transaction was refused: the object, its field by the contract's name, and what is wrong with the value.</summary>
public sealed record Problem(ObjectKey Object, string Field, string Message)
{
    /// <summary>Whether there is nothing wrong with the value itself: beside other objects it would be right.</summary>
    public bool IsOfState { get; init; }

    /// <summary>"interface 7: addresses: 10.0.0.0/8 has host bits".</summary>
    public override string ToString() => Field.Length == 0 ? $"{Object}: {Message}" : $"{Object}: {Field}: {Message}";
}
