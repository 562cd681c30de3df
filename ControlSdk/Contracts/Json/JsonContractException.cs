namespace VRouter.ControlSdk;

/// <summary>A text that is not the message in proto3 JSON: every mistake with its line, column and field.</summary>
public sealed class JsonContractException : FormatException
{
    /// <summary>Tells of these mistakes.</summary>
    public JsonContractException(IReadOnlyList<string> problems) : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>The mistakes, one sentence each, in the order of the text.</summary>
    public IReadOnlyList<string> Problems { get; }
}
