using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using VRouter.Tests.Programs.Agent;

namespace VRouter.Tests.Programs.Metrics;

/// <summary>`vrouter run` beside collectors: one that asks, and OpenTelemetry's that are told.</summary>
internal sealed class MetricsExportTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vrouter-metrics-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestCase("grpc", "ENDPOINT", "", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [TestCase("http/protobuf", "ENDPOINT", "", "/v1/metrics")]
    [TestCase("http/protobuf", "METRICS_ENDPOINT", "/here", "/here")]
    public async Task TellsAnOpenTelemetryCollector(string protocol, string variable, string suffix, string path)
    {
        await using Collector collector = await Collector.StartAsync(isGrpc: protocol == "grpc");
        using RunningProgram run = Start(
            new()
            {
                [$"OTEL_EXPORTER_OTLP_{variable}"] = collector.Address + suffix,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
                ["OTEL_SERVICE_NAME"] = "node-17",
            });
        run.AssertSays("metrics to an OpenTelemetry collector");

        Assert.That(() => collector.Exports.Count, Is.GreaterThanOrEqualTo(2).After(20_000, 50));

        (string told, byte[] body) = collector.Exports[0];
        Assert.That(told, Is.EqualTo(path));
        Assert.That(Encoding.UTF8.GetString(body), Does.Contain("vrouter_worker_busy_seconds").And.Contain("vrouter_flows_created").And.Contain("node-17").And.Contain("Packets received."));

        run.Send(PosixSignal.SIGTERM);
        run.AssertExits(0);
    }

    [Test]
    public void GoesOnWithoutItsCollector()
    {
        using RunningProgram run = Start(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1", ["OTEL_METRIC_EXPORT_INTERVAL"] = "50" });
        run.AssertSays("Ready");
        Thread.Sleep(300);

        run.Send(PosixSignal.SIGTERM);
        run.AssertExits(0);
    }

    [Test]
    public async Task SaysWhereItsMetricsAre()
    {
        using RunningProgram run = Start([], "--metrics", "http://127.0.0.1:0");
        run.AssertSays("metrics at http://127.0.0.1:");
        string address = run.Text.Split("metrics at ")[1].Split("/metrics")[0] + "/metrics";

        using var client = new HttpClient();
        Assert.That(await client.GetStringAsync(address), Does.Contain("vrouter_worker_packets_total{worker=\"0\"} 0"));

        // Its place is taken now.
        using RunningProgram other = new("run", "--listen", $"unix://{_folder.FullName}/other.sock", "--metrics", address);
        other.AssertExits(1);
        Assert.That(other.Text, Does.Contain(new Uri(address).Port.ToString(CultureInfo.InvariantCulture)));
    }

    [TestCase("http://192.0.2.1:9095", "mutual TLS")]
    [TestCase("https://127.0.0.1:9095", "--certificate, --key and --client-ca")]
    public void RefusesToTellEverybody(string address, string reason)
    {
        using RunningProgram run = Start([], "--metrics", address);

        run.AssertExits(2);
        Assert.That(run.Text, Does.Contain(reason));
    }

    private RunningProgram Start(Dictionary<string, string> environment, params string[] options) =>
        RunningProgram.Vrouter(environment, ["run", "--listen", $"unix://{_folder.FullName}/vrouter.sock", .. options]);
}
