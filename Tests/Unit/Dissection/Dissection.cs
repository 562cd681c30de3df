using NUnit.Framework;

namespace VRouter.Tests.Unit.Dissection;

/// <summary>What tshark read in a frame: a field's values, outermost first, with a space between them.</summary>
internal sealed class Dissection(string[] fields, string line)
{
    private const string Bad = "0";

    private readonly Dictionary<string, string> _values =
        fields.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second);

    public string this[string field] => _values[field];

    /// <summary>The layers are these and nothing in them is malformed, remarkable or summed up wrongly.</summary>
    public void AssertSound(string protocols)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(this["frame.protocols"], Is.EqualTo(protocols));
            Assert.That(this["_ws.malformed"], Is.Empty);

            foreach (string status in _values.Keys.Where(key => key.EndsWith(".checksum.status", StringComparison.Ordinal)))
            {
                Assert.That(this[status].Split(' '), Has.None.EqualTo(Bad), status);
            }
        }
    }

    public void AssertField(string field, string value) => Assert.That(this[field], Is.EqualTo(value), field);
}
