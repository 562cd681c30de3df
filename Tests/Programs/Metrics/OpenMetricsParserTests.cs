using NUnit.Framework;

namespace VRouter.Tests.Programs.Metrics;

/// <summary>That the reader which judges our metrics is a strict one.</summary>
internal sealed class OpenMetricsParserTests
{
    private const string Good = "# TYPE a_bytes counter\n# UNIT a_bytes bytes\n# HELP a_bytes What.\n";

    [Test]
    public void ReadsSamples()
    {
        OpenMetricsFamily family = OpenMetricsParser.Parse(Good + "a_bytes_total{x=\"1\",y=\"\\\\ \\\" \\n\"} 3.5e3\n# EOF\n")["a_bytes"];

        Assert.That(family.Samples.Single()["y"], Is.EqualTo("\\ \" \n"));
        Assert.That(family.Samples.Single().Value, Is.EqualTo(3500));
    }

    [TestCase("a_bytes_total 1\n", TestName = "without an end")]
    [TestCase("a_bytes_total 1\n# EOF", TestName = "without the end's line feed")]
    [TestCase("a_bytes_total 1\n# EOF\n\n", TestName = "with more behind the end")]
    [TestCase("\na_bytes_total 1\n# EOF\n", TestName = "with an empty line")]
    [TestCase("a_bytes_total 1\r\n# EOF\n", TestName = "with carriage returns")]
    [TestCase("a_bytes 1\n# EOF\n", TestName = "with a counter that is not called total")]
    [TestCase("a_bytes_total -1\n# EOF\n", TestName = "with a negative counter")]
    [TestCase("a_bytes_total 1,5\n# EOF\n", TestName = "with a comma in a number")]
    [TestCase("a_bytes_total  1\n# EOF\n", TestName = "with two spaces")]
    [TestCase("a_bytes_total{x=\"1\",} 1\n# EOF\n", TestName = "with a comma behind the last label")]
    [TestCase("a_bytes_total{x=\"1\",x=\"2\"} 1\n# EOF\n", TestName = "with a label twice")]
    [TestCase("a_bytes_total{1=\"1\"} 1\n# EOF\n", TestName = "with a label that is a number")]
    [TestCase("a_bytes_total{x=\"\\q\"} 1\n# EOF\n", TestName = "with an unknown escape")]
    [TestCase("a_bytes_total{x=\"1\"} 1\na_bytes_total{x=\"1\"} 1\n# EOF\n", TestName = "with a sample twice")]
    [TestCase("b_total 1\n# EOF\n", TestName = "with a sample of no family")]
    [TestCase("a_bytes_total 1\n# HELP a_bytes What.\n# EOF\n", TestName = "with a help behind samples")]
    [TestCase("# TYPE b gauge\n# HELP b What.\nb 1\n# TYPE a_bytes counter\n# EOF\n", TestName = "with a family in two places")]
    [TestCase("# TYPE b_seconds gauge\n# UNIT b_seconds bytes\n# HELP b_seconds What.\nb_seconds 1\n# EOF\n", TestName = "with another unit than its name's")]
    [TestCase("# TYPE a_bytes_created gauge\n# HELP a_bytes_created What.\n# EOF\n", TestName = "with names that clash")]
    [TestCase("# TYPE b gauge\nb 1\n# EOF\n", TestName = "without a help")]
    public void RefusesAnExposition(string text) => Assert.Throws<FormatException>(() => OpenMetricsParser.Parse(Good + text));
}
