package title

import (
	"regexp/syntax"
	"strings"
)

// mostLiterals bounds the strings that are kept for one expression.
const mostLiterals = 64

// literals are strings of which every match of an expression holds one; none if they cannot be told, or are too many.
// Looking for them first spares the expression on most titles.
func literals(expression string) []string {
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	found, _ := literalsOf(tree.Simplify())
	return found
}

// literalsOf is literals for a part of an expression; whole says that a match of the part is one of them and nothing else.
func literalsOf(tree *syntax.Regexp) (found []string, whole bool) {
	switch tree.Op {
	case syntax.OpLiteral:
		if tree.Flags&syntax.FoldCase == 0 {
			return []string{string(tree.Rune)}, true
		}
	case syntax.OpCharClass:
		for i := 0; i < len(tree.Rune); i += 2 {
			for r := tree.Rune[i]; r <= tree.Rune[i+1]; r++ {
				if found = append(found, string(r)); len(found) > mostLiterals {
					return nil, false
				}
			}
		}
		return found, true
	case syntax.OpCapture:
		return literalsOf(tree.Sub[0])
	case syntax.OpPlus:
		found, _ = literalsOf(tree.Sub[0])
		return found, false
	case syntax.OpAlternate:
		whole = true
		for _, sub := range tree.Sub {
			more, exact := literalsOf(sub)
			if len(more) == 0 || len(found)+len(more) > mostLiterals {
				return nil, false
			}
			found, whole = append(found, more...), whole && exact
		}
		return found, whole
	case syntax.OpConcat:
		return literalsOfRow(tree.Sub)
	}
	return nil, false
}

// literalsOfRow joins neighbours that are literal, and takes the run whose shortest string is longest.
func literalsOfRow(parts []*syntax.Regexp) (best []string, whole bool) {
	var run []string
	whole = true
	keep := func(s []string) {
		if shortest(s) > shortest(best) {
			best = s
		}
	}
	for _, part := range parts {
		next, exact := literalsOf(part)
		switch {
		case exact && len(run)*len(next) <= mostLiterals && len(run) > 0:
			run = product(run, next)
		case exact:
			whole = whole && len(run) == 0
			keep(run)
			run = next
		default:
			whole = false
			keep(run)
			keep(next)
			run = nil
		}
	}
	keep(run)
	return best, whole
}

func product(heads, tails []string) []string {
	all := make([]string, 0, len(heads)*len(tails))
	for _, head := range heads {
		for _, tail := range tails {
			all = append(all, head+tail)
		}
	}
	return all
}

// shortest is the length of the shortest string, 0 if there is none.
func shortest(all []string) int {
	n := 0
	for i, s := range all {
		if i == 0 || len(s) < n {
			n = len(s)
		}
	}
	return n
}

// holdsOne says whether a text holds one of the strings.
func holdsOne(text string, all []string) bool {
	for _, s := range all {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
