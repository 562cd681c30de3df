using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace VRouter.Tests;

/// <summary>
/// Marks what takes more than some seconds: category "Long", skipped unless <c>Tests/run --long</c> (or VROUTER_LONG_TESTS=1) asks for it.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LongAttribute : NUnit.Framework.NUnitAttribute, IApplyToTest
{
    private const string Variable = "VROUTER_LONG_TESTS";

    public void ApplyToTest(Test test)
    {
        test.Properties.Add(PropertyNames.Category, "Long");

        if (Environment.GetEnvironmentVariable(Variable) != "1" && test.RunState == RunState.Runnable)
        {
            test.RunState = RunState.Ignored;
            test.Properties.Set(PropertyNames.SkipReason, "takes long: Tests/run --long runs it");
        }
    }
}
