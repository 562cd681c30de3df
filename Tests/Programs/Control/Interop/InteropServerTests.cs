using NUnit.Framework;

namespace VRouter.Tests.Programs.Control.Interop;

/// <summary>Our server before a client that is not ours, over each kind of transport: gRPC's own interoperability list (Python/interop.py).</summary>
[TestFixture("unix")]
[TestFixture("tls")]
internal sealed class InteropServerTests(string transport)
{
    private static readonly string[] s_cases = ForeignClient.CasesOf("interop");

    private string _output = "";

    [OneTimeSetUp]
    public async Task RunTheClient() => _output = await ForeignClient.RunAsync("interop", transport);

    [TestCaseSource(nameof(s_cases))]
    public void Passes(string name) => ForeignClient.AssertOk(_output, name);
}
