using VRouter.Flow;

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    private void PutSecurityGroup(SecurityGroup group)
    {
        if (Policies.Find(group.Id) is { } before)
        {
            if (before == group)
            {
                _unchanged++;
                return;
            }

            _changed++;
        }
        else
        {
            _added++;
        }

        Policies.Set(group);
    }

    /// <summary>Gives the vif the policy and the set of its groups; those it had are still its caller's to give back.</summary>
    private void TakeGroups(VifRecord vif)
    {
        vif.Policy = Policies.Acquire(vif.Spec.SecurityGroups);
        vif.GroupSet = _configuration.GroupSets.Acquire(vif.Spec.SecurityGroups);
    }

    private void ReturnGroups(int policy, int groupSet)
    {
        _configuration.GroupSets.Release(groupSet);

        if (Policies.Release(policy))
        {
            _policies[policy] = null;
        }
    }

    /// <summary>Compiles what has changed.</summary>
    private void CompilePolicies(ulong generation)
    {
        foreach (int policy in Policies.Commit(generation))
        {
            _policies[policy] = Policies[policy];
            _policiesGeneration = Generation;
        }
    }
}
