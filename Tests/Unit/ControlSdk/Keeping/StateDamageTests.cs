using System.Buffers.Binary;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.ControlSdk.Keeping;

/// <summary>What becomes of a state file that is not as it was written.</summary>
internal sealed class StateDamageTests
{
    private KeptDirectory _kept = null!;

    [SetUp]
    public void Make() => _kept = new KeptDirectory();

    [TearDown]
    public void Remove() => _kept.Dispose();

    [Test]
    public void RestoresAPrefixOfTheChangesWhereverTheFileIsCut()
    {
        List<(long Length, List<string> State)> after = _kept.Keep(KeptDirectory.History());
        byte[] whole = File.ReadAllBytes(_kept.File);

        for (int length = (int)after[0].Length; length <= whole.Length; length++)
        {
            File.WriteAllBytes(_kept.File, whole[..length]);
            Assert.That(_kept.Restored(), Is.EqualTo(after.Last(change => change.Length <= length).State), $"cut at byte {length}");
        }
    }

    [Test]
    public void GoesOnBehindACut([Values(1, 24, 30)] int missing)
    {
        Transaction[] history = [.. KeptDirectory.History()];
        _ = _kept.Keep(history);
        byte[] whole = File.ReadAllBytes(_kept.File);
        File.WriteAllBytes(_kept.File, whole[..^missing]);

        _ = _kept.Keep([history[^1]]);

        Assert.That(File.ReadAllBytes(_kept.File), Is.EqualTo(whole));
    }

    [Test]
    public void TakesNothingOfAFileThatIsCutInsideWhatItBeginsWith()
    {
        byte[] whole = Rewritten(out int snapshot);

        for (int length = 0; length < snapshot; length++)
        {
            File.WriteAllBytes(_kept.File, whole[..length]);
            AssertDamaged("cut off inside");
        }
    }

    [Test]
    public void NoticesABitThatIsFlippedInAnyByte()
    {
        _ = _kept.Keep(KeptDirectory.History());
        byte[] whole = File.ReadAllBytes(_kept.File);

        for (int place = 0; place < whole.Length; place++)
        {
            byte[] flipped = [.. whole];
            flipped[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(_kept.File, flipped);
            AssertDamaged(_kept.File);
        }

        File.WriteAllBytes(_kept.File, whole);
        Assert.That(StateSummary.Of(_kept.File).End, Is.EqualTo(whole.Length));
    }

    [Test]
    public void TakesZerosForWhatWasNeverWritten()
    {
        List<string> state = _kept.Keep(KeptDirectory.History())[^1].State;
        File.AppendAllText(_kept.File, new string('\0', 5000));

        Assert.That(_kept.Restored(), Is.EqualTo(state));
    }

    [Test]
    public void NoticesAChangeThatIsMissing()
    {
        List<(long Length, List<string> State)> after = _kept.Keep(KeptDirectory.History());
        byte[] whole = File.ReadAllBytes(_kept.File);
        File.WriteAllBytes(_kept.File, [.. whole[..(int)after[2].Length], .. whole[(int)after[3].Length..]]);

        AssertDamaged("a record is missing");
    }

    [Test]
    public void IsReadOnlyInAFormatThatIsKnown()
    {
        byte[] header = StateFormat.Header();
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 7);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), StateFormat.ChecksumOf(header.AsSpan(0, 12)));
        File.WriteAllBytes(_kept.File, header);

        AssertDamaged("it is of format 7, and this vRouter reads format 1");
    }

    [Test]
    public void IsReadOnlyWithRecordsThatAreKnown()
    {
        _ = _kept.Keep([]);
        using (FileStream file = File.OpenWrite(_kept.File))
        {
            file.Position = file.Length;
            file.Write(new RecordWriter().Write((StateRecordKind)9, 0, "flows"u8));
        }

        AssertDamaged("of kind 9, which this vRouter does not know");
    }

    [Test]
    public void IsNotAnyFile()
    {
        File.WriteAllText(_kept.File, "{ \"vrfs\": [] }   ");

        AssertDamaged("no state file");
    }

    [Test]
    public void IsNotRestoredWhereItsStateCannotBe()
    {
        _ = _kept.Keep([]);
        using (FileStream file = File.OpenWrite(_kept.File))
        {
            file.Position = file.Length;
            file.Write(new RecordWriter().Write(StateRecordKind.Change, 1, KeptDirectory.Routes(0, 1)));
        }

        byte[] before = File.ReadAllBytes(_kept.File);
        Assert.That(() => _kept.Restored(), Throws.TypeOf<StateException>().With.Message.Contain("this version cannot make that state: route 10.1.0.0/24 in vrf 1"));
        Assert.That(File.ReadAllBytes(_kept.File), Is.EqualTo(before));
    }

    /// <summary>A file that begins with a state, and where that ends.</summary>
    private byte[] Rewritten(out int snapshot)
    {
        _ = _kept.Keep(KeptDirectory.History(), slack: -100);
        byte[] whole = File.ReadAllBytes(_kept.File);
        using var file = new MemoryStream(whole);
        var reader = new StateReader(file, _kept.File);

        while (reader.TryRead() && reader.Record.Kind != StateRecordKind.SnapshotEnd)
        {
        }

        Assert.That(reader.Record.Kind, Is.EqualTo(StateRecordKind.SnapshotEnd), "the file was written anew");
        snapshot = (int)reader.End;
        return whole;
    }

    private void AssertDamaged(string message)
    {
        byte[] before = File.ReadAllBytes(_kept.File);
        Assert.That(() => StateSummary.Of(_kept.File), Throws.TypeOf<StateException>().With.Message.Contain(message));
        Assert.That(File.ReadAllBytes(_kept.File), Is.EqualTo(before));
    }
}
