using Google.Protobuf;
using NUnit.Framework;
using VRouter.Tests.Programs.Control;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Cli;

/// <summary>`vrouterctl apply`, `sync` and `export`.</summary>
internal sealed class ProgrammingTests : CliFixture
{
    private const string TwoRoutes = """{ "routes": [ { "vrf": 1, "prefix": "10.7.0.0/16", "nextHop": 1 }, { "vrf": 1, "prefix": "10.8.0.0/16", "nextHop": 1 } ] }""";

    protected override V1.Config State => SampleState.Node();

    [Test]
    public async Task AppliesAFile()
    {
        Answer answer = await RunAsync($"apply -f {Write("routes.json", TwoRoutes)}");

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.Match(@"^2 changed \(generation \d+\)\n$"));
        Assert.That((await RunAsync("rt list --vrf 1")).Output, Does.Contain("10.7.0.0/16").And.Contain("10.8.0.0/16").And.Contain("10.1.0.0/24"));
    }

    [Test]
    public async Task AppliesStandardInput()
    {
        Answer answer = await RunAsync("apply -f - -o json", TwoRoutes);

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(Parse<V1.ApplyResponse>(answer.Output).Changed, Is.EqualTo(2));
    }

    [Test]
    public async Task ChangesNothingInADryRun()
    {
        Answer answer = await RunAsync("apply --dry-run -f -", TwoRoutes);

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.StartWith("2 would be changed"));
        Assert.That((await RunAsync("rt list")).Output, Does.Not.Contain("10.7.0.0/16"));
    }

    [TestCase("apply -f -")]
    [TestCase("apply --dry-run -f -")]
    [TestCase("sync -f -")]
    [TestCase("sync --dry-run -f -")]
    [TestCase("diff -f -")]
    public async Task NamesEveryProblemOfARefusedFile(string commandLine)
    {
        string routes = string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""{ "vrf": 9, "prefix": "10.{{i / 256}}.{{i % 256}}.0/24", "nextHop": 77 }"""));

        Answer answer = await RunAsync(commandLine, $$"""{ "routes": [ {{routes}} ] }""");

        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Output, Is.Empty);
        Assert.That(answer.ErrorLines, Has.Length.EqualTo(1000));
        Assert.That(answer.ErrorLines, Has.All.Match(@"^vrouterctl: route 10\.[01]\.\d+\.0/24 in vrf 9: (vrf: there is no VRF 9|next_hop: there is no next hop 77)$"));
    }

    [TestCase("apply")]
    [TestCase("sync")]
    public async Task SaysWhereAFileIsWrong(string verb)
    {
        string file = Write("wrong.json", """{ "vrfs": [ { "id": 1, "nam": "x" } ], "routs": [] }""");

        Answer answer = await RunAsync($"{verb} -f {file}");

        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.ErrorLines, Has.Length.EqualTo(2));
        Assert.That(answer.Errors, Does.Contain($"{file}: line 1, column 24: vrfs[0]: has no field \"nam\"").And.Contain("routs"));
    }

    [Test]
    public async Task SaysThatAFileIsMissing()
    {
        Answer answer = await RunAsync($"apply -f {PathOf("nowhere.json")}");

        Assert.That(answer.ExitCode, Is.EqualTo(1));
        Assert.That(answer.Errors, Does.Contain("nowhere.json"));
    }

    [Test]
    public async Task SyncsAFile()
    {
        Answer answer = await RunAsync("sync -f -", """{ "vrfs": [ { "id": 1, "name": "dev", "forwardingMode": "L3" }, { "id": 2 } ] }""");

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.Match(@"^1 added, 0 changed, 5 removed, \d+ as they were \(generation \d+\)\n$"));
        Assert.That((await RunAsync("vif list")).Lines, Has.Length.EqualTo(1), "the heads alone");
    }

    [Test]
    public async Task SaysWhatASyncWouldDo()
    {
        Answer answer = await RunAsync("sync --dry-run -f -", """{ "vrfs": [ { "id": 2 } ] }""");

        Assert.That(answer.Output, Does.Match(@"^would be: 1 added, 0 changed, 6 removed, \d+ as they were\n$"));
        Assert.That((await RunAsync("vif list")).Lines, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task ShowsWhatAFileWouldChange()
    {
        Answer answer = await RunAsync("diff -f -", """
            {
              "vrfs": [ { "id": 1, "name": "prod", "forwardingMode": "L3" } ],
              "nextHops": [ { "id": 1, "tunnel": { "encapsulation": "VXLAN", "destination": "192.0.2.2", "label": 5001 } }, { "id": 2, "discard": {} } ],
              "interfaces": [ { "id": 1, "name": "fabric", "kind": "FABRIC", "mac": "02:00:00:00:00:01", "addresses": ["192.0.2.1/24"] } ],
              "routes": [ { "vrf": 1, "prefix": "10.1.0.0/24", "nextHop": 1 }, { "vrf": 1, "prefix": "10.9.9.9", "nextHop": 2 } ]
            }
            """);

        Assert.That(answer.ExitCode, Is.EqualTo(1), answer.Errors);
        Assert.That(answer.Lines, Is.EqualTo(
        [
            "- interface 2",
            "- vni 5001",
            "~ vrf 1",
            "-     name             dev",
            "+     name             prod",
            "+ next hop 2",
            "+     id       2",
            "+     discard  { }",
            "+ route 10.9.9.9/32 in vrf 1",
            "+     vrf       1",
            "+     prefix    10.9.9.9",
            "+     next_hop  2",
        ]));
    }

    [TestCase("10.0.0.1/32")]
    [TestCase("10.0.0.1")]
    public async Task ShowsWhatChangesAndNotHowItIsWritten(string address)
    {
        string standing = (await RunAsync("export")).Output;
        string wanted = standing.Replace("\"web\"", "\"shop\", \"sourceCheckDisabled\": true", StringComparison.Ordinal)
            .Replace("\"10.0.0.1\"", $"\"{address}\"", StringComparison.Ordinal);

        Answer answer = await RunAsync("diff -f -", wanted);

        Assert.That(wanted, Does.Contain($"\"{address}\""));
        Assert.That(answer.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo(
            ["~ interface 2", "- name web", "+ name shop", "+ source_check_disabled yes"]));
    }

    [Test]
    public async Task ShowsThatAFileChangesNothing()
    {
        Answer exported = await RunAsync("export");
        Answer answer = await RunAsync("diff -f -", exported.Output);

        Assert.That((answer.ExitCode, answer.Output), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task TellsDifferencesFromTrouble()
    {
        Answer answer = await Vrouterctl.RunAsync("unix:///nowhere", "{}", "diff", "-f", "-");

        Assert.That(answer.ExitCode, Is.EqualTo(2));
        Assert.That(answer.Errors, Does.Contain("no vRouter answers"));
    }

    [Test]
    public async Task ExportsWhatASyncFindsUnchanged()
    {
        Answer exported = await RunAsync("export");
        Answer synced = await RunAsync("sync -f - -o json", exported.Output);

        V1.SyncResponse response = Parse<V1.SyncResponse>(synced.Output);
        Assert.That((response.Added, response.Changed, response.Removed), Is.EqualTo((0, 0, 0)));
        Assert.That(Parse<V1.Config>(exported.Output).Routes.Single().Prefix, Is.EqualTo("10.1.0.0/24"));
    }

    [Test]
    public async Task ExportsWhatTheVRouterMadeWhenAsked()
    {
        Answer answer = await RunAsync("export --derived");

        Assert.That(Parse<V1.Config>(answer.Output).Routes.Select(route => route.Prefix), Does.Contain("10.0.0.1/32"));
    }

    private static T Parse<T>(string json) where T : IMessage, new() => JsonParser.Default.Parse<T>(json);
}
