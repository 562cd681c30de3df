using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Control;

namespace VRouter.Tests.Unit.ControlSdk.Keeping;

/// <summary>A directory for a state, and data planes that are restored from it one after another.</summary>
internal sealed class KeptDirectory : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-state-");

    public string Path => _folder.FullName;

    public string File => System.IO.Path.Combine(Path, "state");

    /// <summary>Changes of every kind, each of which needs those before it.</summary>
    public static IEnumerable<Transaction> History()
    {
        yield return new Transaction
        {
            Settings = new Settings { MaxFlows = 1000 },
            Vrfs = { new Vrf(new(1)) { Name = "dev" } },
            Vifs =
            {
                new Vif(new(1), VifKind.Fabric) { Mac = MacAddress.Parse("02:00:00:00:00:01"), Addresses = [IpPrefix.Parse("192.0.2.1/24")] },
                new Vif(new(2), VifKind.Tenant) { Mac = MacAddress.Parse("02:00:00:00:01:01"), Addresses = [IpPrefix.Parse("10.0.0.1/32")], Vrf = new(1), SecurityGroups = [new(8)] },
            },
            NextHops = { new TunnelNextHop(new(1), EncapsulationKind.Vxlan, IpAddress.Parse("192.0.2.2")) },
            SecurityGroups = { new SecurityGroup(new(8), "web", []) },
        };
        yield return Routes(0, 3);
        yield return new Transaction { Vnis = { new VniEntry(new(5001), new(1)) }, Labels = { new LabelEntry(new(100), new(1)) } };
        yield return new Transaction { Deletes = { KeyOf(1), ObjectKey.Of(new MplsLabel(100)) } };
        yield return new Transaction { Vrfs = { new Vrf(new(1)) { Name = "test" } } };
        yield return Routes(1, 1);
    }

    /// <summary>Some routes of VRF 1, from the nth on.</summary>
    public static Transaction Routes(int first, int count, uint label = 0) => new()
    {
        Routes = [.. Enumerable.Range(first, count).Select(number => new Route(new(1), PrefixOf(number), new(1)) { Label = label })],
    };

    /// <summary>The key of the nth route.</summary>
    public static ObjectKey KeyOf(int number) => ObjectKey.Of(new VrfId(1), PrefixOf(number));

    /// <summary>A data plane that opens no port.</summary>
    public static DataPlane MakeDataPlane() => new(new DataPlaneOptions { OpenPorts = false, Frames = 64 });

    /// <summary>Applies transactions to a data plane that is kept here. Says how long the file was and what stood after each, before the first too.</summary>
    public List<(long Length, List<string> State)> Keep(IEnumerable<Transaction> history, int slack = StateJournal.DefaultSlack)
    {
        using DataPlane dataPlane = MakeDataPlane();
        using StateDirectory directory = StateDirectory.Open(Path, null, slack);
        directory.RestoreInto(dataPlane);
        List<(long, List<string>)> after = [(new FileInfo(File).Length, States.Lines(dataPlane))];

        foreach (Transaction transaction in history)
        {
            Assert.That(dataPlane.Apply(transaction).Problems, Is.Empty);
            after.Add((new FileInfo(File).Length, States.Lines(dataPlane)));
        }

        return after;
    }

    /// <summary>What a new data plane has after it was restored.</summary>
    public List<string> Restored()
    {
        using DataPlane dataPlane = MakeDataPlane();
        using StateDirectory directory = StateDirectory.Open(Path);
        directory.RestoreInto(dataPlane);
        return States.Lines(dataPlane);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IpPrefix PrefixOf(int number) => new(IpAddress.FromIpv4(0x0A01_0000 + ((uint)number << 8)), 24);
}
