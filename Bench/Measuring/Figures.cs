using System.Text.Json;

namespace VRouter.Bench.Measuring;

/// <summary>Figures for programs, as a JSON object, and for people, as a line of text.</summary>
internal abstract record Figures
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>The object on one line, a field for each of the record's own.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), s_json);
}
