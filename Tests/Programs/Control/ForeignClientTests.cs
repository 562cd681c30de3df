using NUnit.Framework;

namespace VRouter.Tests.Programs.Control;

/// <summary>A client that is not ours before our server, over each kind of transport: the calls of the contract (Python/client.py).</summary>
[TestFixture("unix")]
[TestFixture("tls")]
internal sealed class ForeignClientTests(string transport)
{
    private static readonly string[] s_cases = ForeignClient.CasesOf("client");

    private string _output = "";

    [OneTimeSetUp]
    public async Task RunTheClient() => _output = await ForeignClient.RunAsync("client", transport);

    [TestCaseSource(nameof(s_cases))]
    public void Does(string name) => ForeignClient.AssertOk(_output, name);
}
