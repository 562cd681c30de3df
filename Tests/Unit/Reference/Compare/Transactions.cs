using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Transactions like others.</summary>
internal static class Transactions
{
    /// <summary>One that can be made another without that changing.</summary>
    public static Transaction Copy(this Transaction transaction) => new()
    {
        Settings = transaction.Settings,
        Vrfs = [.. transaction.Vrfs],
        Vifs = [.. transaction.Vifs],
        NextHops = [.. transaction.NextHops],
        Routes = [.. transaction.Routes],
        Labels = [.. transaction.Labels],
        Vnis = [.. transaction.Vnis],
        SecurityGroups = [.. transaction.SecurityGroups],
        FloatingIps = [.. transaction.FloatingIps],
        SourceNats = [.. transaction.SourceNats],
        Deletes = [.. transaction.Deletes],
    };

    /// <summary>The same with other objects of one kind.</summary>
    public static Transaction With<T>(this Transaction transaction, Func<Transaction, List<T>> kind, IEnumerable<T> objects)
    {
        Transaction copy = transaction.Copy();
        kind(copy).Clear();
        kind(copy).AddRange(objects);
        return copy;
    }

    /// <summary>All of both; where both have a route, the other's.</summary>
    public static Transaction And(this Transaction transaction, Transaction other)
    {
        Transaction copy = transaction.Copy();
        copy.NextHops.AddRange(other.NextHops);
        copy.FloatingIps.AddRange(other.FloatingIps);
        copy.SourceNats.AddRange(other.SourceNats);
        return copy.With(of => of.Routes, other.Routes.Concat(transaction.Routes).DistinctBy(route => (route.Vrf, route.Prefix)));
    }
}
