using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using VRouter.Tests.Programs.Control;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Metrics;

/// <summary>What collectors are told of a node whose tenant 2 has sent three packets, two of which have no route.</summary>
internal sealed partial class MetricsServerTests
{
    private const string Hostile = "a\"b\\c\nd{e}";

    private DataPlane _dataPlane = null!;
    private MetricsServer _server = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task Serve()
    {
        _dataPlane = new DataPlane(new DataPlaneOptions { OpenPorts = false });
        V1.Config node = SampleState.Node();
        node.Interfaces[1].Name = Hostile;
        _dataPlane.Sync(node);
        var tenant = new SendingTenant(_dataPlane);
        tenant.Send("10.1.0.7");
        tenant.Send("198.51.100.1");
        tenant.Send("198.51.100.2");

        _server = await MetricsServer.StartAsync(_dataPlane, MetricsAddress.Parse("http://127.0.0.1:0"));
        _client = new HttpClient();
        _client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _dataPlane.Dispose();
    }

    [Test]
    public async Task SpeaksOpenMetrics()
    {
        using HttpResponseMessage response = await _client.GetAsync(_server.Address);
        IReadOnlyDictionary<string, OpenMetricsFamily> families = OpenMetricsParser.Parse(await response.Content.ReadAsStringAsync());

        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8"));
        Assert.That(families.Keys, Has.All.Match("^(vrouter|process)_[a-z_]+$"));
        Assert.That(families.Values.Select(family => family.Help), Has.All.Match(@"^[A-Z].*\.$"));
        Assert.That(families["vrouter_build"].Samples.Single()["version"], Is.Not.Empty);
        Assert.That(families["vrouter_worker_busy_seconds"].Unit, Is.EqualTo("seconds"));
        Assert.That(families["vrouter_worker_packets"].Samples.Single()["worker"], Is.EqualTo("0"));
        Assert.That(families["vrouter_flows"].Samples.Single().Value, Is.EqualTo(2));
    }

    [Test]
    public async Task CountsAsTheDataPlaneDoes()
    {
        IReadOnlyDictionary<string, OpenMetricsFamily> families = OpenMetricsParser.Parse(await _client.GetStringAsync(_server.Address));

        OpenMetricsSample received = families["vrouter_interface_receive_packets"].Samples.Single(sample => sample["interface"] == "2");
        OpenMetricsSample dropped = families["vrouter_interface_dropped_packets"].Samples.Single(sample => sample["interface"] == "2" && sample["reason"] == "NoRoute");
        Assert.That(received.Value, Is.EqualTo(3));
        Assert.That(received["name"], Is.EqualTo(Hostile), "names of interfaces are other people's");
        Assert.That(families["vrouter_interface_receive_bytes"].Samples.Single(sample => sample["interface"] == "2").Value, Is.EqualTo(3 * 42));
        Assert.That(dropped.Value, Is.EqualTo(2));
        Assert.That(families["vrouter_imbalance_packets"].Samples.Single().Value, Is.Zero);
    }

    [Test]
    public async Task SpeaksTheOlderFormatToWhoAsksForNothing()
    {
        _client.DefaultRequestHeaders.Accept.Clear();
        using HttpResponseMessage response = await _client.GetAsync(_server.Address);
        string text = await response.Content.ReadAsStringAsync();

        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(text, Does.Contain("# TYPE vrouter_interface_receive_packets_total counter\n").And.Not.Contain("# UNIT").And.Not.Contain("# EOF").And.Not.Contain(" info\n"));
        Assert.That(text.TrimEnd('\n').Split('\n'), Has.All.Match(OlderLine().ToString()));
    }

    [TestCase("/", HttpStatusCode.NotFound)]
    [TestCase("/metrics/x", HttpStatusCode.NotFound)]
    public async Task HasNothingElse(string path, HttpStatusCode status)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(new Uri(_server.Address), path));

        Assert.That(response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task OnlyGives()
    {
        using HttpResponseMessage response = await _client.PostAsync(_server.Address, new ByteArrayContent([]));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [TestCase("http://192.0.2.1:9095", "mutual TLS")]
    [TestCase("http://0.0.0.0:9095", "mutual TLS")]
    [TestCase("http://[::]:9095", "mutual TLS")]
    [TestCase("ftp://127.0.0.1:9095", "neither")]
    [TestCase("http://127.0.0.1:9095/other", "neither")]
    [TestCase("https://collector.example:9095", "not an address of this machine")]
    [TestCase("127.0.0.1:9095", "neither")]
    public void RefusesAnAddress(string address, string reason) =>
        Assert.That(() => MetricsAddress.Parse(address), Throws.InstanceOf<FormatException>().With.Message.Contains(reason));

    [TestCase("http://127.0.0.1:9095")]
    [TestCase("http://[::1]:9095")]
    [TestCase("http://localhost:9095/metrics")]
    [TestCase("https://192.0.2.1:9095")]
    public void TakesAnAddress(string address) => Assert.That(() => MetricsAddress.Parse(address), Throws.Nothing);

    [Test]
    public void TakesTlsFilesForTls() => Assert.That(
        () => MetricsServer.StartAsync(_dataPlane, MetricsAddress.Parse("https://127.0.0.1:0")), Throws.ArgumentException.With.Message.Contains("mutual TLS"));

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\]|\\["\\n])*",?)+\})? [0-9.eE+-]+)$""")]
    private static partial Regex OlderLine();
}
