using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Control;

namespace VRouter.Tests.Unit.ControlSdk.Keeping;

internal sealed class StateRewriteTests
{
    private const int Objects = 300;

    private KeptDirectory _kept = null!;

    [SetUp]
    public void Make() => _kept = new KeptDirectory();

    [TearDown]
    public void Remove() => _kept.Dispose();

    [Test]
    public void KeepsTheFileInProportionToTheState()
    {
        _ = _kept.Keep(Churn(1500), slack: 100);

        // What was to be written anew when the first one ended is at the next change.
        List<(long Length, List<string> State)> after = _kept.Keep([KeptDirectory.Routes(0, 1)], slack: 100);

        // A record of one route and its head take less than 70 bytes.
        Assert.That(new FileInfo(_kept.File).Length, Is.LessThan(70 * ((2 * Objects) + 120)));
        Assert.That(_kept.Restored(), Is.EqualTo(after[^1].State));
    }

    [Test]
    public void KeepsTheMark()
    {
        using (DataPlane dataPlane = KeptDirectory.MakeDataPlane())
        using (StateDirectory directory = StateDirectory.Open(_kept.Path, null, slack: 0))
        {
            directory.RestoreInto(dataPlane);
            directory.KeepMark("config"u8);
            Assert.That(Churn(1000).Select(transaction => dataPlane.Apply(transaction).IsApplied), Is.All.True);
        }

        using StateDirectory again = StateDirectory.Open(_kept.Path);
        Assert.That(again.Mark.ToArray(), Is.EqualTo("config"u8.ToArray()));
    }

    [Test]
    public async Task LosesNothingThatComesMeanwhile()
    {
        List<string> state;

        using (DataPlane dataPlane = KeptDirectory.MakeDataPlane())
        using (StateDirectory directory = StateDirectory.Open(_kept.Path, null, slack: 0))
        {
            directory.RestoreInto(dataPlane);

            foreach (Transaction transaction in Churn(2000))
            {
                _ = dataPlane.Apply(transaction);
                Task flushed = directory.FlushAsync();

                if (transaction.Routes.Count > 0 && transaction.Routes[0].Label % 16 == 0)
                {
                    await flushed;
                }
            }

            state = States.Lines(dataPlane);
        }

        Assert.That(_kept.Restored(), Is.EqualTo(state));
    }

    [Test]
    public void ForgetsARewriteThatWasNeverFinished()
    {
        List<string> state = _kept.Keep(KeptDirectory.History())[^1].State;
        File.WriteAllText(_kept.File + ".new", "half");

        Assert.That(_kept.Restored(), Is.EqualTo(state));
        Assert.That(_kept.File + ".new", Does.Not.Exist);
    }

    /// <summary>A state of some hundred routes that change one at a time.</summary>
    private static IEnumerable<Transaction> Churn(int changes) =>
        KeptDirectory.History().Take(1)
            .Append(KeptDirectory.Routes(0, Objects))
            .Concat(Enumerable.Range(1, changes).Select(change => KeptDirectory.Routes(change * 7 % Objects, 1, label: (uint)change)));
}
