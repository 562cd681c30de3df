using System.Runtime.InteropServices;
using Grpc.Core;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.Tests.Programs.Control;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Agent;

/// <summary>`vrouter run --state`, killed and started again.</summary>
internal sealed class StateTests
{
    private const int BatchSize = 100;

    private DirectoryInfo _folder = null!;
    private VRouterClient _client = null!;

    private string Address => $"unix://{_folder.FullName}/vrouter.sock";

    private string State => Path.Combine(_folder.FullName, "state.d");

    private string StateFile => Path.Combine(State, "state");

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("vrouter-state-");
        _client = new VRouterClient(Address);
    }

    [TearDown]
    public void RemoveFolder()
    {
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task RestoresWhatWasAppliedBeforeItWasKilled()
    {
        V1.Config before;
        string instance;

        using (RunningProgram run = Start())
        {
            await _client.SyncAsync(SampleState.Node());
            V1.ApplyResponse applied = await _client.ApplyAsync(SampleState.Routes(0, 2000));
            _ = await _client.ApplyAsync(new V1.ApplyRequest { Delete = { new V1.ObjectKey { Route = new V1.RouteKey { Vrf = 1, Prefix = SampleState.Route(7).Prefix } } } });
            before = await _client.ExportAsync();
            instance = applied.InstanceId;
            run.Kill();
        }

        using RunningProgram again = Start();
        V1.ApplyResponse response = await _client.ApplyAsync(new V1.ApplyRequest());

        Assert.That(await _client.ExportAsync(), Is.EqualTo(before));
        Assert.That(response.InstanceId, Is.Not.EqualTo(instance), "clients are to sync again");
        Assert.That(again.Text, Does.Match($@"{StateFile}: 20\d\d objects restored in \d+ ms(?s:.)*Ready"));
    }

    [Test]
    public async Task LosesNothingThatWasAnsweredWhenItIsKilledAtWork()
    {
        int answered = 0;

        using (RunningProgram run = Start())
        {
            await _client.SyncAsync(SampleState.Node());

            try
            {
                await foreach (V1.ApplyResponse response in _client.ApplyAsync(BatchesAsync()))
                {
                    Assert.That(response.Problems, Is.Empty);

                    if (++answered == 40)
                    {
                        run.Kill();
                    }
                }
            }
            catch (RpcException)
            {
                // It was killed.
            }
        }

        using RunningProgram again = Start();
        HashSet<string> restored = [.. (await _client.ExportAsync()).Routes.Select(route => route.Prefix)];

        // The first route is the node's own.
        Assert.That(restored, Has.Count.GreaterThanOrEqualTo(answered * BatchSize));
        Assert.That(restored.Count % BatchSize, Is.Zero, "a batch is there whole or not at all");
        Assert.That(restored.SetEquals(Enumerable.Range(0, restored.Count).Select(number => SampleState.Route(number).Prefix)), Is.True, "no batch is there without those before it");
    }

    [Test]
    public async Task GoesOnWithoutAChangeThatWasNeverFinished()
    {
        using (RunningProgram run = Start())
        {
            await _client.SyncAsync(SampleState.Node());
            _ = await _client.ApplyAsync(SampleState.Routes(1, 5));
            run.Kill();
        }

        Cut(3);
        using RunningProgram again = Start();

        Assert.That(again.Text, Does.Contain($"{StateFile}: its last").And.Contain("of a change that was never finished"));
        Assert.That(await _client.ExportAsync(), Has.Property("Routes").Count.EqualTo(1));
    }

    [Test]
    public async Task DoesNotStartFromAFileThatIsDamaged()
    {
        using (RunningProgram run = Start())
        {
            await _client.SyncAsync(SampleState.Node());
            _ = await _client.ApplyAsync(SampleState.Routes(1, 5));
            run.Kill();
        }

        byte[] damaged = File.ReadAllBytes(StateFile);
        damaged[100] ^= 4;
        File.WriteAllBytes(StateFile, damaged);

        using RunningProgram again = new("run", "--listen", Address, "--state", State);
        again.AssertExits(1);

        Assert.That(again.Text, Does.Contain($"{StateFile}: at byte ").And.Contain("put an intact copy in its place, or move it away to start with nothing"));
        Assert.That(File.ReadAllBytes(StateFile), Is.EqualTo(damaged), "it is left as it is");
    }

    [Test]
    public void DoesNotStartWhereAnotherKeepsItsState()
    {
        using RunningProgram first = Start();
        using RunningProgram second = new("run", "--listen", Address + "2", "--state", State);

        second.AssertExits(1);
        Assert.That(second.Text, Does.Contain($"{State}: another process keeps its state there"));
    }

    [Test]
    public void DoesNotStartWhereItCannotWrite()
    {
        using var disk = new TinyDisk("ro,size=64k");
        using RunningProgram run = disk.Run("run", "--listen", Address, "--state", disk.Path);

        run.AssertExits(1);
        Assert.That(run.Text, Does.Contain($"{disk.Path}: no state can be kept there: Read-only file system"));
    }

    [Test]
    public async Task RefusesWhatDoesNotFitOnTheDisk()
    {
        using var disk = new TinyDisk("size=128k");
        V1.Config before;

        using (RunningProgram run = StartOn(disk))
        {
            await _client.SyncAsync(SampleState.Node());
            _ = await _client.ApplyAsync(SampleState.Routes(0, 100));
            before = await _client.ExportAsync();
            disk.Fill("ballast");

            RefusedException refused = (await Assert.ThrowsAsync<RefusedException>(() => _client.ApplyAsync(SampleState.Routes(100, 4000))))!;
            Assert.That(refused.Message, Does.Contain($"{disk.Path}/state cannot be written: No space left on device"));
            Assert.That(await _client.ExportAsync(), Is.EqualTo(before), "it has not taken effect");
            run.AssertSays("is refused, nothing changes");
            run.Kill();
        }

        using RunningProgram again = StartOn(disk);
        Assert.That(await _client.ExportAsync(), Is.EqualTo(before));

        disk.Delete("ballast");
        _ = await _client.ApplyAsync(SampleState.Routes(100, 1000));
        Assert.That(await _client.ExportAsync(), Has.Property("Routes").Count.EqualTo(1100));
    }

    [Test]
    public async Task TakesItsConfigurationFileAgainOnlyWhenItIsAnotherOne()
    {
        string config = Path.Combine(_folder.FullName, "node.json");
        File.WriteAllText(config, """{ "vrfs": [ { "id": 1, "name": "dev" } ] }""");
        V1.Config changed;

        using (RunningProgram run = Start("--config", config))
        {
            _ = await _client.ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
            changed = await _client.ExportAsync();
            run.Kill();
        }

        using (RunningProgram run = Start("--config", config))
        {
            Assert.That(await _client.ExportAsync(), Is.EqualTo(changed), "what clients have changed since");
            run.Send(PosixSignal.SIGTERM);
            run.AssertExits(0);
        }

        File.WriteAllText(config, """{ "vrfs": [ { "id": 2, "name": "test" } ] }""");
        using RunningProgram again = Start("--config", config);
        V1.Config now = await _client.ExportAsync();
        Assert.That(now.Vrfs.Select(vrf => vrf.Name), Is.EqualTo(new[] { "test" }));
        Assert.That(now.Interfaces, Is.Empty);
    }

    private static async IAsyncEnumerable<V1.ApplyRequest> BatchesAsync()
    {
        for (int batch = 0; batch < 600; batch++)
        {
            yield return SampleState.Routes(batch * BatchSize, BatchSize);
            await Task.Yield();
        }
    }

    private RunningProgram Start(params string[] more)
    {
        RunningProgram run = new(["run", "--listen", Address, "--state", State, .. more]);
        run.AssertSays("Ready", seconds: 30);
        return run;
    }

    private RunningProgram StartOn(TinyDisk disk)
    {
        RunningProgram run = disk.Run("run", "--listen", Address, "--state", disk.Path);
        run.AssertSays("Ready", seconds: 30);
        return run;
    }

    private void Cut(int bytes)
    {
        using FileStream file = File.OpenWrite(StateFile);
        file.SetLength(file.Length - bytes);
    }
}
