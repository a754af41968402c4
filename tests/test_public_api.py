"""The public surface: few names, all there, each with a docstring."""

import inspect

import pytest

import index
import qa


@pytest.mark.parametrize("package", [qa, index])
def test_all_is_sorted_complete_and_documented(package):
    names = package.__all__

    assert names == sorted(names, key=lambda name: (not name.isupper(), name.lower() == name, name))
    assert set(names) == {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    for name in names:
        value = getattr(package, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value)


def test_the_signature_of_retrieve_is_the_one_promised():
    parameters = inspect.signature(qa.retrieve).parameters

    assert list(parameters)[:4] == ["question", "k", "corpus", "documents"]
    assert parameters["k"].default == 5
    assert parameters["corpus"].default is None
    assert parameters["documents"].default is None


def test_every_error_is_foreseen_by_the_one_root():
    from index import errors

    kinds = [value for value in vars(errors).values() if inspect.isclass(value)]
    assert all(issubclass(kind, errors.RetrievalError) for kind in kinds)
    for kind in kinds:
        assert kind.__name__ in errors.__doc__, "the tree in the docstring shows every class"
