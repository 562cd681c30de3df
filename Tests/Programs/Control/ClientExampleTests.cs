using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>The client's example in the README of ControlSdk: it compiles, it runs, and it is the one that is printed there.</summary>
internal sealed class ClientExampleTests
{
    [Test]
    public async Task KeepsAVRouterWhereItIsWanted()
    {
        await using ServedDataPlane served = await ServedDataPlane.StartAsync();
        using CancellationTokenSource stop = new();
        Task example = RunAsync(served.Address, SampleState.Node(), stop.Token);

        Assert.That(() => served.DataPlane.Export().Routes.Count, Is.EqualTo(1).After(20_000, 20));

        await stop.CancelAsync();
        await Assert.ThatAsync(() => example, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("ControlSdk/README.md")]
    [TestCase("ControlSdk/Client/PACKAGE.md")]
    public void IsPrintedIn(string document)
    {
        IEnumerable<string> lines = File.ReadLines(Repository.PathOf("Tests/Programs/Control/ClientExampleTests.cs"))
            .SkipWhile(line => line.Trim() != "// Begin")
            .Skip(1)
            .TakeWhile(line => line.Trim() != "// End")
            .Select(line => line.Length < 8 ? line : line[8..]);

        Assert.That(File.ReadAllText(Repository.PathOf(document)), Does.Contain($"```csharp\n{string.Join('\n', lines)}\n```"));
    }

    private static async Task RunAsync(string address, Config wanted, CancellationToken stop)
    {
        // Begin
        using var client = new VRouterClient(address); // unix:///run/vrouter/vrouter.sock
        var desired = new DesiredState(client);
        Task keeping = desired.RunAsync(stop);

        await desired.SetAsync(wanted); // a Config: the vRouter is brought there, and again after a restart

        await foreach (Event item in client.WatchAsync(new WatchRequest { Objects = true, Flows = true }, stop))
        {
            Console.WriteLine(item);
        }
        // End

        await keeping;
    }
}
