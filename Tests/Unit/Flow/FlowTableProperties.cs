using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowTableProperties
{
    private const int Capacity = 300;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(2000);

    [Test]
    public void AgreesWithADictionary()
    {
        Arbitrary<(int Number, bool Removes)[]> steps = (from number in Gen.Choose(0, 450) from removes in Gen.Elements(false, false, true) select (number, removes))
            .ArrayOf().ToArbitrary();
        Prop.ForAll(steps, AgreesWithADictionary).Check(s_config);
    }

    private static void AgreesWithADictionary((int Number, bool Removes)[] steps)
    {
        using var table = new FlowTable(Capacity, FlowSeed.Random(), new FlowTimeouts(), 0);
        var model = new Dictionary<FlowKey, int>();

        foreach ((int number, bool removes) in steps)
        {
            if (removes)
            {
                Remove(table, model, number);
            }
            else
            {
                Insert(table, model, number);
            }

            Assert.That(table.Count, Is.EqualTo(model.Count / 2));
        }

        for (int number = 0; number < 450; number++)
        {
            AssertAgreement(table, model, Keys.Inserted(number));
            AssertAgreement(table, model, Keys.Inserted(number).Reverse());
        }
    }

    private static void Insert(FlowTable table, Dictionary<FlowKey, int> model, int number)
    {
        FlowKey key = Keys.Inserted(number);
        bool fits = model.Count < 2 * Capacity && !model.ContainsKey(key);
        uint entry = Keys.Insert(table, number);
        Assert.That(entry != 0, Is.EqualTo(fits));

        if (fits)
        {
            model[key] = model[key.Reverse()] = number;
            table.Entry(entry).NextHop = table.Entry(FlowTable.Peer(entry)).NextHop = (uint)number;
        }
    }

    private static void Remove(FlowTable table, Dictionary<FlowKey, int> model, int number)
    {
        FlowKey key = Keys.Inserted(number);
        uint entry = table.Find(key);
        Assert.That(entry != 0, Is.EqualTo(model.Remove(key)));

        if (entry != 0)
        {
            model.Remove(key.Reverse());
            table.Remove(entry);
        }
    }

    private static void AssertAgreement(FlowTable table, Dictionary<FlowKey, int> model, FlowKey key)
    {
        uint entry = table.Find(key);
        Assert.That(entry != 0, Is.EqualTo(model.TryGetValue(key, out int number)));

        if (entry != 0)
        {
            Assert.That((table.Entry(entry).Key, table.Entry(entry).NextHop), Is.EqualTo((key, (uint)number)));
        }
    }
}
