using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary>A kind of object that can be listed, shown and deleted.</summary>
/// <param name="Name">The word for it on the command line: "vif".</param>
/// <param name="Title">The word for it in sentences: "interface".</param>
/// <param name="KeyParts">What its key is made of: "VRF", "PREFIX".</param>
/// <param name="KeyOf">The key that those parts make.</param>
/// <param name="Field">The field of a Config where it stands.</param>
/// <param name="Of">The same in code.</param>
/// <param name="Columns">What a list shows of each.</param>
internal sealed record Noun<T>(
    string Name,
    string Title,
    IReadOnlyList<string> KeyParts,
    Func<string[], V1.ObjectKey> KeyOf,
    string Field,
    Func<V1.Config, IEnumerable<T>> Of,
    IReadOnlyList<Column<T>> Columns)
    where T : IMessage
{
    /// <summary>The VRF it is in; null = it is in none, or is one.</summary>
    public Func<T, uint>? VrfOf { get; init; }

    /// <summary>Its name, for those that can be called by it instead of their number.</summary>
    public Func<T, string>? NameOf { get; init; }

    /// <summary>Whether the vRouter makes some of its own.</summary>
    public bool CanBeDerived { get; init; }
}
