using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk.Watching;

internal sealed class EventJournalTests
{
    private const EventScope Objects = EventScope.Objects, Links = EventScope.Links;

    [Test]
    public void GivesEventsInTheirOrder()
    {
        EventJournal journal = new(bytes: 1 << 16, events: 64);
        JournalCursor cursor = journal.Open(journal.Next);
        Add(journal, Objects, 0, 10);

        Assert.That(Read(journal, cursor, Objects), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(Read(journal, cursor, Objects), Is.Empty);
    }

    [Test]
    public void GivesOnlyTheKindsThatAreAskedFor()
    {
        EventJournal journal = new(bytes: 1 << 16, events: 64);
        JournalCursor cursor = journal.Open(journal.Next);
        Add(journal, Objects, 0, 3);
        Add(journal, Links, 3, 3);
        Add(journal, Objects, 6, 3);

        Assert.That(Read(journal, cursor, Objects), Is.EqualTo(new[] { 0, 1, 2, 6, 7, 8 }));
    }

    [Test]
    public void CountsWhatASlowReaderMissesOfItsKinds()
    {
        EventJournal journal = new(bytes: 1 << 16, events: 10);
        JournalCursor cursor = journal.Open(journal.Next);
        Add(journal, Objects, 0, 4);
        Read(journal, cursor, Objects);
        Add(journal, Links, 4, 6);
        Add(journal, Objects, 10, 12);

        Assert.That(Read(journal, cursor, Objects), Is.EqualTo(Enumerable.Range(12, 10)));
        Assert.That(cursor.Lost, Is.EqualTo(2), "6 of the links are gone too, and no concern of this one");
    }

    [Test]
    public void CountsAllThatALostEventSpokeOfWhenThatIsMissedItself()
    {
        EventJournal journal = new(bytes: 1 << 16, events: 10);
        JournalCursor cursor = journal.Open(journal.Next);
        Add(journal, Objects, 0, 1);
        journal.Add(Objects, new V1.Event { Lost = new V1.Event.Types.Lost { Count = 500 } });
        Add(journal, Objects, 2, 10);

        Assert.That(Read(journal, cursor, Objects), Is.EqualTo(Enumerable.Range(2, 10)));
        Assert.That(cursor.Lost, Is.EqualTo(501));
    }

    [Test]
    public void GoesOnFromANumber()
    {
        EventJournal journal = new(bytes: 1 << 16, events: 64);
        Add(journal, Objects, 0, 5);
        long number = journal.Next;
        Add(journal, Objects, 5, 5);

        Assert.That(Read(journal, journal.Open(number), Objects), Is.EqualTo(Enumerable.Range(5, 5)));
    }

    [Test]
    public void SaysWhatIsGoneOfANumberThatIsTooOld()
    {
        EventJournal journal = new(bytes: 1 << 16, events: 10);
        Add(journal, Objects, 0, 25);

        Assert.That(journal.Open(5).Lost, Is.EqualTo(10));
    }

    [Test]
    public void LosesNothingThatItDoesNotCountWhateverTheSizes() => Prop.ForAll(
        Gen.Choose(0, 400).ArrayOf().ToArbitrary(), AgreesWithAListOfAllEvents).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(400));

    /// <summary>Below 300 an event of that size is added, a link every third; from there on a reader reads.</summary>
    private static void AgreesWithAListOfAllEvents(int[] steps)
    {
        EventJournal journal = new(bytes: 2000, events: 16);
        JournalCursor cursor = journal.Open(journal.Next);
        List<int> objects = [];
        int read = 0;

        foreach ((int number, int step) in steps.Index())
        {
            if (step < 300)
            {
                EventScope scope = step % 3 == 0 ? Links : Objects;
                journal.Add(scope, new V1.Event { InstanceId = number.ToString(CultureInfo.InvariantCulture).PadLeft(step + 10) });
                objects.AddRange(scope == Objects ? [number] : []);
                continue;
            }

            List<int> got = Read(journal, cursor, Objects);
            Assert.That(got, Is.EqualTo(objects.Skip(read + (int)cursor.Lost)), "the latest, and no gap between");
            Assert.That(read + cursor.Lost + got.Count, Is.EqualTo(objects.Count));
            read = objects.Count;
            cursor.Lost = 0;
        }
    }

    private static void Add(EventJournal journal, EventScope scope, int first, int count)
    {
        for (int number = first; number < first + count; number++)
        {
            journal.Add(scope, new V1.Event { InstanceId = number.ToString(CultureInfo.InvariantCulture) });
        }
    }

    private static List<int> Read(EventJournal journal, JournalCursor cursor, EventScope scopes)
    {
        List<int> numbers = [];
        var batch = new JournalBatch();

        for (journal.Read(cursor, scopes, batch); batch.Count > 0; journal.Read(cursor, scopes, batch))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                numbers.Add(int.Parse(V1.Event.Parser.ParseFrom(batch[i].Encoded.Span).InstanceId, CultureInfo.InvariantCulture));
            }
        }

        return numbers;
    }
}
