using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Control;

namespace VRouter.Tests.Unit.ControlSdk.Keeping;

internal sealed class StateDirectoryTests
{
    private KeptDirectory _kept = null!;

    [SetUp]
    public void Make() => _kept = new KeptDirectory();

    [TearDown]
    public void Remove() => _kept.Dispose();

    [Test]
    public void RestoresWhatWasApplied()
    {
        List<string> state = _kept.Keep(KeptDirectory.History())[^1].State;

        Assert.That(_kept.Restored(), Is.EqualTo(state));
    }

    [Test]
    public void GoesOnWhereItWas()
    {
        Transaction[] history = [.. KeptDirectory.History()];
        _ = _kept.Keep(history[..3]);

        List<string> state = _kept.Keep(history[3..])[^1].State;

        Assert.That(_kept.Restored(), Is.EqualTo(state));
    }

    [Test]
    public void RestoresWhatWasSynced()
    {
        using (DataPlane dataPlane = KeptDirectory.MakeDataPlane())
        using (StateDirectory directory = StateDirectory.Open(_kept.Path))
        {
            directory.RestoreInto(dataPlane);
            Assert.That(KeptDirectory.History().Select(transaction => dataPlane.Apply(transaction).IsApplied), Is.All.True);
            Assert.That(dataPlane.Sync(KeptDirectory.History().First()).Removed, Is.EqualTo(4));
        }

        using DataPlane expected = KeptDirectory.MakeDataPlane();
        _ = expected.Apply(KeptDirectory.History().First());
        Assert.That(_kept.Restored(), Is.EqualTo(States.Lines(expected)));
    }

    [Test]
    public void WritesOnlyWhatChanges()
    {
        Transaction first = KeptDirectory.History().First();
        long once = _kept.Keep([first])[^1].Length;

        Assert.That(_kept.Keep([first, first, new Transaction { Deletes = { KeptDirectory.KeyOf(1) } }])[^1].Length, Is.EqualTo(once));
    }

    [Test]
    public void WritesNothingOfWhatIsRefused()
    {
        using DataPlane dataPlane = KeptDirectory.MakeDataPlane();
        using StateDirectory directory = StateDirectory.Open(_kept.Path);
        directory.RestoreInto(dataPlane);
        long before = new FileInfo(_kept.File).Length;

        Assert.That(dataPlane.Apply(KeptDirectory.Routes(0, 1)).Problems, Is.Not.Empty);
        _ = dataPlane.Apply(KeptDirectory.History().First(), validateOnly: true);

        Assert.That(new FileInfo(_kept.File).Length, Is.EqualTo(before));
    }

    [Test]
    public void BelongsToOneProcess()
    {
        using StateDirectory first = StateDirectory.Open(_kept.Path);

        Assert.That(() => StateDirectory.Open(_kept.Path), Throws.TypeOf<StateException>().With.Message.Contain("another process keeps its state there"));
    }

    [Test]
    public void SaysWhereNoStateCanBeKept()
    {
        File.WriteAllText(_kept.File, "");

        Assert.That(() => StateDirectory.Open(_kept.File), Throws.TypeOf<StateException>().With.Message.Contain($"{_kept.File}: no state can be kept there"));
    }

    [Test]
    public void IsOnlyForADataPlaneThatKnowsNothing()
    {
        using DataPlane dataPlane = KeptDirectory.MakeDataPlane();
        using StateDirectory directory = StateDirectory.Open(_kept.Path);
        _ = dataPlane.Apply(KeptDirectory.History().First());

        Assert.That(() => directory.RestoreInto(dataPlane), Throws.InvalidOperationException);
    }

    [Test]
    public void KeepsAMark()
    {
        using (DataPlane dataPlane = KeptDirectory.MakeDataPlane())
        using (StateDirectory directory = StateDirectory.Open(_kept.Path))
        {
            Assert.That((directory.IsNew, directory.Mark.Length), Is.EqualTo((true, 0)));
            directory.RestoreInto(dataPlane);
            directory.KeepMark("first"u8);
            _ = dataPlane.Apply(KeptDirectory.History().First());
            directory.KeepMark("second"u8);
        }

        using StateDirectory again = StateDirectory.Open(_kept.Path);
        Assert.That(again.Mark.ToArray(), Is.EqualTo("second"u8.ToArray()));
        Assert.That(again.IsNew, Is.False);
    }

    [Test]
    public async Task PutsOnDiskForAllWhoWait()
    {
        using DataPlane dataPlane = KeptDirectory.MakeDataPlane();
        using StateDirectory directory = StateDirectory.Open(_kept.Path);
        directory.RestoreInto(dataPlane);
        _ = dataPlane.Apply(KeptDirectory.History().First());

        List<Task> waiting = [];

        for (int number = 0; number < 200; number++)
        {
            _ = dataPlane.Apply(KeptDirectory.Routes(number, 1));
            waiting.Add(directory.FlushAsync());
        }

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(directory.FlushAsync().IsCompletedSuccessfully, Is.True);
    }
}
