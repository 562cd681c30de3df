using Google.Protobuf;

namespace VRouter.ControlSdk;

/// <summary>The contract's messages in proto3 JSON (protobuf.dev/programming-guides/json).</summary>
public static class JsonContract
{
    private static readonly JsonFormatter s_compact = new(JsonFormatter.Settings.Default);
    private static readonly JsonFormatter s_indented = new(JsonFormatter.Settings.Default.WithIndentation());

    /// <summary>Reads a message. Unknown fields and fields given twice are refused, all of them at once.</summary>
    /// <exception cref="JsonContractException">The text is not JSON, or not this message.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> utf8) where T : IMessage<T>, new()
    {
        var message = new T();
        var reader = new JsonMessageReader(utf8);
        reader.ReadRoot(message);

        return message;
    }

    /// <summary>Writes a message on one line: fields in the order of their numbers, those at their default left out.</summary>
    public static string Format(IMessage message) => s_compact.Format(message);

    /// <summary>Writes a message on many lines, for people.</summary>
    public static string FormatIndented(IMessage message) => s_indented.Format(message);
}
