using System.Text;
using System.Text.Json;

namespace VRouter.ControlSdk;

internal ref partial struct JsonMessageReader
{
    private const int MaxQuoted = 60;

    private void NoteType(string expected)
    {
        Note($"expected {expected}, found {Describe(_reader.TokenType)}");
        _reader.Skip();
    }

    private void Note(string message) => Add(PlaceOf(_reader.TokenStartIndex), message);

    private void NoteSyntax(JsonException e)
    {
        // Its message ends in a place of its own, counted from 0, or in advice to programmers.
        string reason = e.Message.Split([" LineNumber:", " Change the reader options"], StringSplitOptions.None)[0].TrimEnd('.');
        Add($"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}", $"not JSON: {reason}");
    }

    private readonly void Add(string place, string message)
    {
        if (_problems.Count < MaxProblems)
        {
            string path = _path.ToString();
            _problems.Add(path.Length == 0 ? $"{place}: {message}" : $"{place}: {path}: {message}");
        }
    }

    private readonly string PlaceOf(long index)
    {
        ReadOnlySpan<byte> before = _text[..(int)index];
        return $"line {before.Count((byte)'\n') + 1}, column {before.Length - before.LastIndexOf((byte)'\n')}";
    }

    private static string Quote(ReadOnlySpan<byte> value)
    {
        string text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxQuoted)]);
        return value.Length > MaxQuoted ? $"\"{text}…\"" : $"\"{text}\"";
    }

    private static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
